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
step_2_stack AS (
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
    ARRAY_TO_STRING(['Visits'], '') AS `From`,
    0 AS `_dalgo_branch_2`
  FROM step_1_source
  UNION ALL
  SELECT
    `id`,
    `district`,
    CAST(NULL AS STRING) AS `village`,
    `visited`,
    CAST(NULL AS TIMESTAMP) AS `seen`,
    CAST(NULL AS INT64) AS `age`,
    CAST(`cost` AS BIGNUMERIC) AS `cost`,
    CAST(NULL AS FLOAT64) AS `weight`,
    CAST(NULL AS BOOL) AS `consent`,
    CAST(NULL AS STRING) AS `notes`,
    CAST(NULL AS JSON) AS `answers`,
    ARRAY_TO_STRING(['Old visits'], '') AS `From`,
    1 AS `_dalgo_branch_2`
  FROM `example`.`Old visits`
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
  `From`
FROM step_2_stack
ORDER BY `_dalgo_branch_2` IS NULL, `_dalgo_branch_2`;
