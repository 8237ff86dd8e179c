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
step_2_lookup AS (
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
    COALESCE(`_dalgo_found_2`, '?') AS `block`
  FROM (
  SELECT
    l.*,
    r.`block` AS `_dalgo_found_2`
  FROM step_1_source AS l
  LEFT JOIN (
    SELECT *
    FROM (SELECT *, row_number() OVER (PARTITION BY `name` ORDER BY `block` IS NULL, `block`) AS _dalgo_first FROM `example`.`Villages`) AS t
    WHERE _dalgo_first = 1
  ) AS r ON l.`village` = r.`name`
  ) AS part_1
)
SELECT *
FROM step_2_lookup;
