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
step_2_unpivot AS (
  SELECT
    `id`,
    `district`,
    `village`,
    `visited`,
    `seen`,
    `weight`,
    `consent`,
    `notes`,
    `answers`,
    `_dalgo_name_2` AS `what`,
    `_dalgo_value_2` AS `value`
  FROM (
  SELECT *
  FROM (
  SELECT
    l.*,
    n.label AS `_dalgo_name_2`,
    CASE n.n
      WHEN 1 THEN CAST(l.`age` AS BIGNUMERIC)
      WHEN 2 THEN l.`cost`
    END AS `_dalgo_value_2`,
    n.n AS `_dalgo_n_2`
  FROM step_1_source AS l
  CROSS JOIN UNNEST([STRUCT(1 AS n, 'age' AS label), (2, 'cost')]) AS n
  ) AS part_1
  WHERE NOT (`_dalgo_value_2` IS NULL)
  ) AS part_2
)
SELECT *
FROM step_2_unpivot;
