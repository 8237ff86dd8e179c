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
step_2_join AS (
  SELECT
    l.*,
    r.`block` AS `Villages_block`
  FROM step_1_source AS l
  LEFT JOIN `example`.`Villages` AS r ON l.`village` = r.`name`
)
SELECT *
FROM step_2_join;

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
step_2_join AS (
  SELECT
    l.*,
    r.`name` AS `Villages_name`,
    r.`district` AS `Villages_district`,
    r.`block` AS `Villages_block`,
    r.`people` AS `Villages_people`
  FROM step_1_source AS l
  FULL JOIN `example`.`Villages` AS r ON l.`village` = r.`name`
)
SELECT *
FROM step_2_join;

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
step_2_join AS (
  SELECT l.*
  FROM step_1_source AS l
  WHERE NOT EXISTS (SELECT 1 FROM `example`.`Villages` AS r WHERE LOWER(TRIM(l.`village`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) = LOWER(TRIM(r.`name`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) AND LOWER(TRIM(l.`district`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')) = LOWER(TRIM(r.`district`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff')))
)
SELECT *
FROM step_2_join;
