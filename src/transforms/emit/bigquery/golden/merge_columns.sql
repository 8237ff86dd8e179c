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
step_2_merge_columns AS (
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
    NULLIF(ARRAY_TO_STRING([NULLIF(`village`, ''), NULLIF(`district`, '')], ', '), '') AS `place`
  FROM step_1_source
)
SELECT *
FROM step_2_merge_columns;
