WITH step_1_source AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM `example`.`Visits`
),
step_2_fuzzy_match AS (
  SELECT
    l.*,
    m.found AS `village found`,
    m.score AS `similarity`
  FROM step_1_source AS l
  LEFT JOIN (
    WITH wanted AS (SELECT DISTINCT LOWER(TRIM(`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) AS v FROM step_1_source WHERE LOWER(TRIM(`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) <> ''),
    others AS (SELECT LOWER(TRIM(`name`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) AS v, MIN(`name`) AS found, count(*) AS times FROM `example`.`Villages` WHERE LOWER(TRIM(`name`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) <> '' GROUP BY LOWER(TRIM(`name`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))),
    wanted_trigrams AS (SELECT DISTINCT v, SUBSTR(concat('  ', v, ' '), CAST(least(greatest(n, 1), 100000000) AS INT64), 3) AS g FROM wanted CROSS JOIN UNNEST(GENERATE_ARRAY(1, CHAR_LENGTH(v) + 1)) AS n),
    other_trigrams AS (SELECT DISTINCT v, SUBSTR(concat('  ', v, ' '), CAST(least(greatest(n, 1), 100000000) AS INT64), 3) AS g FROM others CROSS JOIN UNNEST(GENERATE_ARRAY(1, CHAR_LENGTH(v) + 1)) AS n),
    wanted_grams AS (SELECT v, count(*) AS n FROM wanted_trigrams GROUP BY v),
    other_grams AS (SELECT v, count(*) AS n FROM other_trigrams GROUP BY v),
    pairs AS (
      SELECT w.v AS wanted, o.v AS other, count(*) AS common
      FROM wanted_trigrams AS w
      JOIN other_trigrams AS o ON w.g = o.g
      GROUP BY w.v, o.v
    ),
    scored AS (
      SELECT pairs.wanted, pairs.other, others.found, others.times, ROUND(SAFE_DIVIDE(CAST(common AS BIGNUMERIC), CAST((wanted_grams.n + other_grams.n - common) AS BIGNUMERIC)), 10) AS score
      FROM pairs
      JOIN wanted_grams ON wanted_grams.v = pairs.wanted
      JOIN other_grams ON other_grams.v = pairs.other
      JOIN others ON others.v = pairs.other
    )
    SELECT wanted, found, score
    FROM (SELECT *, row_number() OVER (PARTITION BY wanted ORDER BY score IS NULL, score DESC, found IS NULL, found) AS place FROM scored WHERE score >= BIGNUMERIC '0.5000') AS ranked
    WHERE place = 1
  ) AS m ON m.wanted = LOWER(TRIM(l.`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))
)
SELECT *
FROM step_2_fuzzy_match;

WITH step_1_source AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `age`,
    `cost`,
    `weight`,
    `consent`,
    `notes`,
    `answers`
  FROM `example`.`Visits`
),
step_2_fuzzy_match AS (
  SELECT
    l.*,
    m.found AS `spelling`,
    m.score AS `_dalgo_score_2`
  FROM step_1_source AS l
  LEFT JOIN (
    WITH wanted AS (SELECT DISTINCT LOWER(TRIM(`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) AS v FROM step_1_source WHERE LOWER(TRIM(`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) <> ''),
    others AS (SELECT LOWER(TRIM(`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) AS v, MIN(`village`) AS found, count(*) AS times FROM step_1_source WHERE LOWER(TRIM(`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) <> '' GROUP BY LOWER(TRIM(`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))),
    wanted_trigrams AS (SELECT DISTINCT v, SUBSTR(concat('  ', v, ' '), CAST(least(greatest(n, 1), 100000000) AS INT64), 3) AS g FROM wanted CROSS JOIN UNNEST(GENERATE_ARRAY(1, CHAR_LENGTH(v) + 1)) AS n),
    other_trigrams AS (SELECT DISTINCT v, SUBSTR(concat('  ', v, ' '), CAST(least(greatest(n, 1), 100000000) AS INT64), 3) AS g FROM others CROSS JOIN UNNEST(GENERATE_ARRAY(1, CHAR_LENGTH(v) + 1)) AS n),
    wanted_grams AS (SELECT v, count(*) AS n FROM wanted_trigrams GROUP BY v),
    other_grams AS (SELECT v, count(*) AS n FROM other_trigrams GROUP BY v),
    pairs AS (
      SELECT w.v AS wanted, o.v AS other, count(*) AS common
      FROM wanted_trigrams AS w
      JOIN other_trigrams AS o ON w.g = o.g
      GROUP BY w.v, o.v
    ),
    scored AS (
      SELECT pairs.wanted, pairs.other, others.found, others.times, ROUND(SAFE_DIVIDE(CAST(common AS BIGNUMERIC), CAST((wanted_grams.n + other_grams.n - common) AS BIGNUMERIC)), 10) AS score
      FROM pairs
      JOIN wanted_grams ON wanted_grams.v = pairs.wanted
      JOIN other_grams ON other_grams.v = pairs.other
      JOIN others ON others.v = pairs.other
    )
    SELECT wanted, found, score
    FROM (SELECT *, row_number() OVER (PARTITION BY wanted ORDER BY times IS NULL, times DESC, other IS NULL, other) AS place FROM scored WHERE score >= BIGNUMERIC '0.5000') AS ranked
    WHERE place = 1
  ) AS m ON m.wanted = LOWER(TRIM(l.`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'))
)
SELECT
  `id`,
  `district`,
  `village`,
  `visited`,
  `seen`,
  `age`,
  `cost`,
  `weight`,
  `consent`,
  `notes`,
  `answers`,
  `spelling`
FROM step_2_fuzzy_match;
