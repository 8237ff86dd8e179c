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
step_2_add_column AS (
  SELECT
    *,
    ROUND(SAFE_DIVIDE(`cost`, CAST(`age` AS BIGNUMERIC)), 10) AS `share`
  FROM step_1_source
),
step_3_add_column AS (
  SELECT
    *,
    ROUND(SAFE_MULTIPLY(`cost`, `share`), 10) AS `more`
  FROM step_2_add_column
),
step_4_add_column AS (
  SELECT
    *,
    SAFE_ADD(CAST(`age` AS BIGNUMERIC), BIGNUMERIC '1') AS `sum`
  FROM step_3_add_column
)
SELECT *
FROM step_4_add_column;

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
step_2_add_column AS (
  SELECT
    *,
    NULLIF(ARRAY_TO_STRING([NULLIF(`village`, ''), NULLIF(CAST(`age` AS STRING), ''), NULLIF(CAST(`visited` AS STRING), ''), NULLIF(FORMAT_TIMESTAMP('%E4Y-%m-%d %H:%M:%S', `seen`, 'UTC'), '')], ' '), '') AS `place`
  FROM step_1_source
)
SELECT *
FROM step_2_add_column;

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
step_2_add_column AS (
  SELECT
    *,
    EXTRACT(YEAR FROM DATETIME(`seen`, 'UTC')) AS `year`
  FROM step_1_source
)
SELECT *
FROM step_2_add_column;
