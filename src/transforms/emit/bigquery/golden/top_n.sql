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
step_2_top_n AS (
  SELECT *
  FROM (
  SELECT
    *,
    rank() OVER (PARTITION BY `district` ORDER BY `cost` IS NULL, `cost` DESC) AS `_dalgo_first_2`
  FROM step_1_source
  ) AS part_1
  WHERE `_dalgo_first_2` <= 3
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
  `answers`
FROM step_2_top_n
ORDER BY `district` IS NULL, `district`, `cost` IS NULL, `cost` DESC;
