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
step_2_categorize AS (
  SELECT
    *,
    CASE
      WHEN `age` < 6 THEN 'Child'
      WHEN `age` IS NULL THEN 'Unknown'
      ELSE 'Other'
    END AS `group`
  FROM step_1_source
)
SELECT *
FROM step_2_categorize;
