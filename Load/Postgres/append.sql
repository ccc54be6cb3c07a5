-- The shared log of several nodes, as far as its cost can be measured: a head row whose lock orders the groups, a fence, entries with places that
-- rise by 1 without a gap, and a hint for those who follow.
CREATE TABLE head (log int PRIMARY KEY, epoch bigint NOT NULL);
INSERT INTO head SELECT log, 1 FROM generate_series(0, 63) AS log;
CREATE TABLE entry (log int NOT NULL, place bigint NOT NULL, body bytea NOT NULL, PRIMARY KEY (log, place));

CREATE FUNCTION append(wanted int, held bigint, hinted boolean, bodies bytea[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    now_held bigint;
    last bigint;
BEGIN
    PERFORM 1 FROM head WHERE log = wanted FOR UPDATE;
    -- Statements of their own: each sees what was committed while the lock was waited for.
    SELECT epoch INTO now_held FROM head WHERE log = wanted;
    IF now_held <> held THEN
        RAISE EXCEPTION 'fenced';
    END IF;
    SELECT coalesce(max(place), 0) INTO last FROM entry WHERE log = wanted;
    INSERT INTO entry SELECT wanted, last + number, body FROM unnest(bodies) WITH ORDINALITY AS given (body, number);
    IF hinted THEN
        PERFORM pg_notify('log', wanted || ' ' || last + cardinality(bodies));
    END IF;
    RETURN last + cardinality(bodies);
END $$;
