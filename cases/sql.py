"""The database functions of the record. They are never edited in place: see `clinic.sql`."""

# Which prescriptions are one course, as `cases.courses.courses_of` puts it: the same thing for the same
# problem at the same place, until it is stopped or past its end. `course` is the first of them, `place`
# counts from 1. Without cases: those of all.
CREATE_TREATMENT_COURSES = """
CREATE OR REPLACE FUNCTION treatment_courses(within uuid[])
RETURNS TABLE (course uuid, treatment uuid, place integer) LANGUAGE plpgsql STABLE ROWS 20
AS $$
DECLARE
    one record;
    same text[];
    firsts uuid[];
    visits uuid[];
    ends date[];
    counts integer[];
    found integer;
BEGIN
    FOR one IN
        SELECT t.id, t.visit_id, t.start_on,
            ARRAY[t.case_id::text, t.kind, t.target, t.region, t.site, t.side,
                COALESCE(t.details->>'rest_kind', ''), COALESCE(t.details->>'method', ''),
                COALESCE(t.details->>'name', ''), COALESCE(t.details->>'procedure', ''),
                COALESCE(t.details->>'other_kind', ''), COALESCE(t.details->>'description', '')] AS thing,
            CASE WHEN t.stopped_on IS NOT NULL THEN '-infinity'
                ELSE COALESCE(t.planned_end_on, 'infinity') END AS until
        FROM cases_treatment t JOIN cases_visit v ON v.id = t.visit_id
        WHERE (within IS NULL OR t.case_id = ANY(within))
            AND t.signed_at IS NOT NULL AND v.voided_at IS NULL
        ORDER BY thing, t.start_on, t.created_at, t.id
    LOOP
        IF same IS DISTINCT FROM one.thing THEN
            same := one.thing;
            firsts := '{}';
            visits := '{}';
            ends := '{}';
            counts := '{}';
        END IF;
        found := NULL;
        FOR number IN 1..cardinality(firsts) LOOP
            IF visits[number] <> one.visit_id AND ends[number] >= one.start_on THEN
                found := number;
                EXIT;
            END IF;
        END LOOP;
        IF found IS NULL THEN
            found := cardinality(firsts) + 1;
            firsts[found] := one.id;
            counts[found] := 0;
        END IF;
        visits[found] := one.visit_id;
        ends[found] := one.until;
        counts[found] := counts[found] + 1;
        course := firsts[found];
        treatment := one.id;
        place := counts[found];
        RETURN NEXT;
    END LOOP;
END $$;
"""
DROP_TREATMENT_COURSES = "DROP FUNCTION IF EXISTS treatment_courses(uuid[]);"
