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
step_2_group AS (
  SELECT
    `district`,
    DATE_TRUNC(CAST(`visited` AS DATE), MONTH) AS `visited (month)`,
    COUNT(*) AS `visits`,
    SUM(`cost`) AS `total`,
    ROUND(SAFE_DIVIDE(SUM(CAST(`age` AS BIGNUMERIC)), CAST(COUNT(`age`) AS BIGNUMERIC)), 10) AS `mean`,
    COUNT(DISTINCT `village`) AS `villages`
  FROM step_1_source
  GROUP BY `district`, DATE_TRUNC(CAST(`visited` AS DATE), MONTH)
)
SELECT *
FROM step_2_group;

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
step_2_group AS (
  SELECT
    COUNTIF(`age` >= 18) AS `adults`,
    LOGICAL_AND(`consent`) AS `all consent`,
    MAX(`seen`) AS `latest`,
    STRING_AGG(DISTINCT `district`, ', ' ORDER BY `district`) AS `districts`,
    ARRAY_AGG(IF(`notes` IS NOT NULL, STRUCT(`notes` AS v), NULL) IGNORE NULLS ORDER BY `visited` IS NULL, `visited`, `id` IS NULL, `id`, `district` IS NULL, `district`, `village` IS NULL, `village`, `seen` IS NULL, `seen`, `age` IS NULL, `age`, `cost` IS NULL, `cost`, `weight` IS NULL, `weight`, `consent` IS NULL, `consent`, `notes` IS NULL, `notes`, `answers` IS NULL, TO_JSON_STRING(`answers`) LIMIT 1)[SAFE_OFFSET(0)].v AS `first note`,
    ARRAY_AGG(IF((`notes` IS NOT NULL) AND (NOT ((`notes` IS NULL) OR (TRIM(`notes`, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') = ''))), STRUCT(`notes` AS v), NULL) IGNORE NULLS ORDER BY `visited` IS NULL, `visited` DESC, `id` IS NULL, `id`, `district` IS NULL, `district`, `village` IS NULL, `village`, `seen` IS NULL, `seen`, `age` IS NULL, `age`, `cost` IS NULL, `cost`, `weight` IS NULL, `weight`, `consent` IS NULL, `consent`, `notes` IS NULL, `notes`, `answers` IS NULL, TO_JSON_STRING(`answers`) LIMIT 1)[SAFE_OFFSET(0)].v AS `last note`
  FROM step_1_source
)
SELECT *
FROM step_2_group;

-- cannot: BigQuery has no exact median or percentile of a group. Use an average, or PostgreSQL.;
