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
step_2_bin AS (
  SELECT
    *,
    CASE
      WHEN CAST(`age` AS BIGNUMERIC) IS NULL THEN CAST(NULL AS STRING)
      WHEN CAST(`age` AS BIGNUMERIC) < BIGNUMERIC '18' THEN 'young'
      WHEN CAST(`age` AS BIGNUMERIC) < BIGNUMERIC '60' THEN 'adult'
      ELSE 'old'
    END AS `group`
  FROM step_1_source
)
SELECT *
FROM step_2_bin;

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
step_2_bin AS (
  SELECT
    *,
    SAFE_ADD((ROUND(SAFE_MULTIPLY(FLOOR((ROUND(SAFE_DIVIDE((SAFE_SUBTRACT(`cost`, BIGNUMERIC '0')), BIGNUMERIC '0.5'), 10))), BIGNUMERIC '0.5'), 10)), BIGNUMERIC '0') AS `range`
  FROM step_1_source
)
SELECT *
FROM step_2_bin;
