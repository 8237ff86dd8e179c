-- A large file comes in pieces, and goes on where it stopped when the connection or the server went away meanwhile.

-- Bytes that the whole file will have; NULL when all of them are there. How many there are, the file itself says.
ALTER TABLE uploads ADD COLUMN expected_bytes bigint CHECK (expected_bytes > 0);
