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
step_2_list_to_rows AS (
  SELECT
    l.*,
    p.value AS `answer`
  FROM step_1_source AS l
  LEFT JOIN UNNEST(ARRAY(SELECT AS STRUCT TRIM(part, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS value, n + 1 AS n FROM UNNEST(SPLIT(l.`notes`, ' ')) AS part WITH OFFSET AS n WHERE TRIM(part, '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') <> '')) AS p
)
SELECT *
FROM step_2_list_to_rows;

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
step_2_list_to_rows AS (
  SELECT
    l.*,
    p.value AS `answer`
  FROM step_1_source AS l
  LEFT JOIN UNNEST(ARRAY(SELECT AS STRUCT TRIM(IF(JSON_TYPE(part) IN ('object', 'array'), TO_JSON_STRING(part), JSON_VALUE(part, '$')), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') AS value, n + 1 AS n FROM UNNEST(JSON_QUERY_ARRAY(l.`answers`)) AS part WITH OFFSET AS n WHERE TRIM(IF(JSON_TYPE(part) IN ('object', 'array'), TO_JSON_STRING(part), JSON_VALUE(part, '$')), '\u0009\u000a\u000b\u000c\u000d \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff') <> '')) AS p
)
SELECT *
FROM step_2_list_to_rows;
