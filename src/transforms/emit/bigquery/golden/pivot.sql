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
step_2_pivot AS (
  SELECT
    `district`,
    SUM(IF(`consent` = TRUE, `cost`, NULL)) AS `yes`,
    SUM(IF(`consent` = FALSE, `cost`, NULL)) AS `no`
  FROM step_1_source
  GROUP BY `district`
)
SELECT *
FROM step_2_pivot;
