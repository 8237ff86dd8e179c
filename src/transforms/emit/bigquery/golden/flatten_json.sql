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
step_2_flatten_json AS (
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
    SAFE_CAST(ROUND(CASE WHEN REGEXP_CONTAINS(TRIM(JSON_VALUE(`_dalgo_nested_2`, '$."household"."size"'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?([0-9]{1,28}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9])?$') THEN SAFE_CAST(TRIM(JSON_VALUE(`_dalgo_nested_2`, '$."household"."size"'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS BIGNUMERIC) WHEN REGEXP_CONTAINS(TRIM(JSON_VALUE(`_dalgo_nested_2`, '$."household"."size"'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), '^[+-]?[0-9]{1,3}(,[0-9]{2,3}){0,8},[0-9]{3}([.][0-9]{0,200})?$') THEN SAFE_CAST(REPLACE(TRIM(JSON_VALUE(`_dalgo_nested_2`, '$."household"."size"'), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'), ',', '') AS BIGNUMERIC) END) AS INT64) AS `size`,
    JSON_QUERY(`_dalgo_nested_2`, '$."members"[0]') AS `first member`
  FROM (
  SELECT
    *,
    `answers` AS `_dalgo_nested_2`
  FROM step_1_source
  ) AS part_1
)
SELECT *
FROM step_2_flatten_json;
