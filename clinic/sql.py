"""The database functions that the schema stands on, created by the first migration.

They are never edited in place: a change is a new function body in a new migration.
"""

# Lower case without accents. IMMUTABLE so that it can be indexed: a change of the unaccent rules
# (a major PostgreSQL upgrade) needs a REINDEX.
CREATE_FOLD = """
CREATE OR REPLACE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;
"""
DROP_FOLD = "DROP FUNCTION IF EXISTS fold(text);"

# The hash of one access log row and the hash before it. Times enter as microseconds since 1970,
# so that no session setting changes what is hashed.
CREATE_ACCESS_HASH = """
CREATE OR REPLACE FUNCTION clinic_access_hash(
    previous text, number bigint, clinic uuid, by_user uuid, at timestamptz, action text,
    patients uuid[])
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT encode(sha256(convert_to(concat_ws('|', previous, number, clinic, by_user,
        (extract(epoch FROM at) * 1000000)::bigint, action, array_to_string(patients, ',')),
        'UTF8')), 'hex')
$$;
"""
DROP_ACCESS_HASH = (
    "DROP FUNCTION IF EXISTS clinic_access_hash(text, bigint, uuid, uuid, timestamptz, text, uuid[]);"
)

# One telephone number is one text, however it is written: digits without the nought in front and
# without the code of a country whose numbers are written here without it (GB, AU, IE).
CREATE_PHONE_KEY = r"""
CREATE OR REPLACE FUNCTION phone_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT translate(regexp_replace(regexp_replace($1, '[^0-9+]', '', 'g'),
        '^((\+|00)(44|61|353)?0*|44(?=[1-9][0-9]{9}$)|61(?=[1-9][0-9]{8}$)|0+)', ''), '+', '')
$$;
"""
DROP_PHONE_KEY = "DROP FUNCTION IF EXISTS phone_key(text);"

CREATE_NATIONAL_KEY = r"""
CREATE OR REPLACE FUNCTION national_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT upper(regexp_replace($1, '[\s./-]', '', 'g')) $$;
"""
DROP_NATIONAL_KEY = "DROP FUNCTION IF EXISTS national_key(text);"

# The words of a name and what is left of each when one letter is left out, as numbers that hold for
# one clinic: two words one letter apart (another, one more, one less, two changed round) share one.
CREATE_NAME_VARIANTS = r"""
CREATE OR REPLACE FUNCTION name_variants(clinic uuid, folded text) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    seed bigint := hashtextextended(clinic::text, 0);
    word text;
    found bigint[] := '{}';
BEGIN
    FOREACH word IN ARRAY
        regexp_split_to_array(translate(folded, '''`', ''), '[\s,.;:_/()"-]+')
    LOOP
        word := left(word, 20);
        CONTINUE WHEN word = '';
        found := found || hashtextextended(word, seed);
        IF length(word) > 3 THEN
            FOR place IN 1..length(word) LOOP
                found := found
                    || hashtextextended(left(word, place - 1) || substr(word, place + 1), seed);
            END LOOP;
        END IF;
    END LOOP;
    RETURN found;
END $$;
"""
DROP_NAME_VARIANTS = "DROP FUNCTION IF EXISTS name_variants(uuid, text);"
