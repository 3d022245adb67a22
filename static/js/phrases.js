// Phrases: /word becomes its text at the cursor.
