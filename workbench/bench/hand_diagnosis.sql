-- The shipped pack, activation 2026.11.1, as a good DuckDB engineer would write it by hand for
-- these rules alone: the yardstick of `workbench bench diagnose`. {source} is replaced by the
-- relation of attempts. Gives attempt_id and the seven columns of a diagnosis.
--
-- Not compiled from the pack: conditions that rules share are named once, successes leave at the
-- first test, and the four weaknesses of a customer settle five rules and their rivals.
WITH told AS (
  SELECT attempt_id, outcome, decision, http_status, age, step, identity_verified, latency_ms,
    load_ratio, node_error_share_30m, campaign, policy, decline_shift, exit_reason, error_source,
    credit_history_months, employment_type, paid_months_12, overdue_count_24m, debt_ratio,
    COALESCE(error_code, '') AS error,
    COALESCE(decline_code, error_code, '') AS refusal,
    outcome IS NOT DISTINCT FROM 'success'
      OR (outcome IS NULL AND decision IS NOT DISTINCT FROM 'approved') AS succeeded,
    outcome IS NOT DISTINCT FROM 'pending' AS waiting
  FROM {source}
),
facts AS (
  SELECT *,
    outcome = 'failed' AS failed,
    outcome = 'failed'
      AND COALESCE(decision, CASE WHEN error_source = 'risk' THEN 'declined' ELSE 'none' END)
        = 'declined' AS declined,
    outcome = 'failed' AND COALESCE(error_source, 'app') NOT IN ('gateway', 'risk') AS in_app,
    outcome = 'failed' AND COALESCE(error_source, 'gateway') = 'gateway' AS in_gateway,
    credit_history_months < 4 AS thin,
    employment_type IN ('freelance', 'temporary', 'unemployed') AND paid_months_12 <= 6 AS unsteady,
    overdue_count_24m >= 2 AS overdue,
    debt_ratio > 0.62 AS indebted
  FROM told
  WHERE NOT succeeded AND NOT waiting
),
rules AS (
  SELECT attempt_id, outcome, decision, http_status, thin, unsteady, overdue, indebted,
    failed AND age < 18 AND COALESCE(error_source, 'app') <> 'gateway'
      AND COALESCE(http_status, 200) BETWEEN 200 AND 428 AS e01,
    failed AND refusal IN ('INELIGIBLE', 'NOT_ELIGIBLE', 'ELIGIBILITY_REJECT', 'AGE_LIMIT',
      'UNDERAGE', 'NON_RESIDENT', 'REGION_NOT_SUPPORTED', 'ACCOUNT_EXISTS', 'DUPLICATE_ACCOUNT',
      'ALREADY_ACTIVATED') AS e02,
    failed AND error IN ('REALNAME_REQUIRED', 'ID_MISMATCH', 'ID_EXPIRED', 'ID_INVALID',
      'NAME_MISMATCH', 'FACE_MISMATCH', 'FACE_NOT_MATCH', 'LIVENESS_FAIL', 'IDENTITY_REQUIRED',
      'IDENTITY_UNVERIFIED') AS i01,
    in_app AND step IN ('identity', 'face') AND identity_verified = FALSE
      AND http_status BETWEEN 200 AND 428 AS i02,
    in_app AND COALESCE(http_status, 0) = 0
      AND error IN ('CONN_RESET', 'CONN_REFUSED', 'CONN_TIMEOUT', 'CONN_ABORTED', 'DNS_FAIL',
      'NET_TIMEOUT', 'NET_ERROR', 'NETWORK_ERROR', 'NO_NETWORK', 'SSL_ERROR', 'TLS_ERROR',
      'SOCKET_TIMEOUT') AS n01,
    in_app AND COALESCE(http_status, 0) = 0
      AND error IN ('SDK_INIT_FAIL', 'SDK_ERROR', 'CLIENT_CRASH', 'APP_CRASH', 'JS_ERROR',
      'WEBVIEW_ERROR', 'RENDER_FAIL') AS d01,
    in_app AND http_status = 0 AND latency_ms >= 3000
      AND error NOT IN ('SDK_INIT_FAIL', 'SDK_ERROR', 'CLIENT_CRASH', 'APP_CRASH', 'JS_ERROR',
      'WEBVIEW_ERROR', 'RENDER_FAIL') AS n02,
    in_app AND http_status = 0 AND latency_ms < 3000
      AND error NOT IN ('CONN_RESET', 'CONN_REFUSED', 'CONN_TIMEOUT', 'CONN_ABORTED', 'DNS_FAIL',
      'NET_TIMEOUT', 'NET_ERROR', 'NETWORK_ERROR', 'NO_NETWORK', 'SSL_ERROR', 'TLS_ERROR',
      'SOCKET_TIMEOUT') AS d02,
    in_gateway
      AND (http_status IN (429, 503, 504) OR (COALESCE(http_status, 200) = 200
        AND error IN ('SYS_BUSY', 'GW_TIMEOUT', 'SVC_UNAVAILABLE', 'RATE_LIMITED',
          'TOO_MANY_REQUESTS', 'FLOW_CONTROL')))
      AND (load_ratio >= 1.5 OR (campaign IS NOT NULL AND load_ratio >= 1.1)) AS c01,
    in_gateway AND http_status >= 500 AND node_error_share_30m >= 0.3 AND load_ratio < 1.5 AS d03,
    in_gateway
      AND (http_status IN (500, 501, 502, 505) OR (COALESCE(http_status, 200) = 200
        AND error IN ('INTERNAL_ERROR', 'SERVER_ERROR', 'SERVICE_ERROR', 'DB_ERROR', 'NPE'))) AS d04,
    in_gateway AND http_status = 429 AS c02,
    in_gateway AND http_status IN (503, 504) AND load_ratio < 1.5 AS d05,
    failed AND refusal IN ('POLICY_REJECT', 'POLICY_LIMIT', 'REGULATORY_REJECT',
      'REGULATORY_LIMIT', 'COMPLIANCE_REJECT') AS p01,
    declined AND policy IS NOT NULL AS p02,
    outcome = 'abandoned' AND CASE
      WHEN regexp_matches(exit_reason,
        '花呗|借呗|微粒贷|月付|信用卡|其他|其它|别的|别家|平台|竞品|对手|分期|利率|利息|费率|手续费|额度|优惠|划算')
        OR exit_reason IN ('competitor', 'better_offer', 'lower_rate', 'higher_limit') THEN TRUE
      WHEN regexp_matches(exit_reason, '隐私|步骤|繁琐|复杂|卡顿|报错|暂时不|误触|误点') THEN FALSE
    END AS m01,
    declined AND decline_shift >= 3 AND NOT thin AND NOT unsteady AND NOT overdue AND NOT indebted
      AS r01,
    declined AND thin AS q01,
    declined AND unsteady AS q02,
    declined AND overdue AS q03,
    declined AND indebted AS q04
  FROM facts
),
ranked AS (
  SELECT *,
    CASE WHEN e01 THEN 'E01' WHEN e02 THEN 'E02' WHEN i01 THEN 'I01' WHEN i02 THEN 'I02'
      WHEN n01 THEN 'N01' WHEN d01 THEN 'D01' WHEN n02 THEN 'N02' WHEN d02 THEN 'D02'
      WHEN c01 THEN 'C01' WHEN d03 THEN 'D03' WHEN d04 THEN 'D04' WHEN c02 THEN 'C02'
      WHEN d05 THEN 'D05' WHEN p01 THEN 'P01' WHEN p02 THEN 'P02' WHEN m01 THEN 'M01'
      WHEN r01 THEN 'R01' WHEN q01 THEN 'Q01' WHEN q02 THEN 'Q02' WHEN q03 THEN 'Q03'
      WHEN q04 THEN 'Q04' END AS holds
  FROM rules
),
settled AS (
  SELECT *,
    COALESCE(holds, CASE WHEN e01 IS NULL THEN 'E01' WHEN e02 IS NULL THEN 'E02'
      WHEN i01 IS NULL THEN 'I01' WHEN i02 IS NULL THEN 'I02' WHEN n01 IS NULL THEN 'N01'
      WHEN d01 IS NULL THEN 'D01' WHEN n02 IS NULL THEN 'N02' WHEN d02 IS NULL THEN 'D02'
      WHEN c01 IS NULL THEN 'C01' WHEN d03 IS NULL THEN 'D03' WHEN d04 IS NULL THEN 'D04'
      WHEN c02 IS NULL THEN 'C02' WHEN d05 IS NULL THEN 'D05' WHEN p01 IS NULL THEN 'P01'
      WHEN p02 IS NULL THEN 'P02' WHEN m01 IS NULL THEN 'M01' WHEN r01 IS NULL THEN 'R01'
      WHEN q01 IS NULL THEN 'Q01' WHEN q02 IS NULL THEN 'Q02' WHEN q03 IS NULL THEN 'Q03'
      WHEN q04 IS NULL THEN 'Q04' END) AS reason_code,
    CASE holds
      WHEN 'P02' THEN (thin OR unsteady OR overdue OR indebted) IS NOT FALSE
      WHEN 'Q01' THEN (unsteady OR overdue OR indebted) IS NOT FALSE
      WHEN 'Q02' THEN (thin OR overdue OR indebted) IS NOT FALSE
      WHEN 'Q03' THEN (thin OR unsteady OR indebted) IS NOT FALSE
      WHEN 'Q04' THEN (thin OR unsteady OR overdue) IS NOT FALSE
      ELSE FALSE END AS open_question
  FROM ranked
)
SELECT attempt_id,
  COALESCE(r.symptom, CASE WHEN outcome = 'abandoned' THEN 'abandoned'
    WHEN decision = 'declined' THEN 'review_declined' WHEN http_status = 0 THEN 'network_failure'
    ELSE 'ui_error' END) AS symptom,
  COALESCE(r.cause_group, 'undetermined') AS cause_group,
  COALESCE(r.cause, 'undetermined') AS cause,
  reason_code,
  CASE WHEN reason_code IS NULL THEN 'undetermined' WHEN holds IS NULL OR open_question
    THEN 'possible' ELSE 'determined' END AS status,
  CASE WHEN holds IS NOT NULL THEN NULLIF(CONCAT_WS(';',
    CASE WHEN e01 AND holds <> 'E01' THEN 'E01' END, CASE WHEN e02 AND holds <> 'E02' THEN 'E02' END,
    CASE WHEN i01 AND holds <> 'I01' THEN 'I01' END, CASE WHEN i02 AND holds <> 'I02' THEN 'I02' END,
    CASE WHEN n01 AND holds <> 'N01' THEN 'N01' END, CASE WHEN d01 AND holds <> 'D01' THEN 'D01' END,
    CASE WHEN n02 AND holds <> 'N02' THEN 'N02' END, CASE WHEN d02 AND holds <> 'D02' THEN 'D02' END,
    CASE WHEN c01 AND holds <> 'C01' THEN 'C01' END, CASE WHEN d03 AND holds <> 'D03' THEN 'D03' END,
    CASE WHEN d04 AND holds <> 'D04' THEN 'D04' END, CASE WHEN c02 AND holds <> 'C02' THEN 'C02' END,
    CASE WHEN d05 AND holds <> 'D05' THEN 'D05' END, CASE WHEN p01 AND holds <> 'P01' THEN 'P01' END,
    CASE WHEN p02 AND holds <> 'P02' THEN 'P02' END, CASE WHEN m01 AND holds <> 'M01' THEN 'M01' END,
    CASE WHEN r01 AND holds <> 'R01' THEN 'R01' END, CASE WHEN q01 AND holds <> 'Q01' THEN 'Q01' END,
    CASE WHEN q02 AND holds <> 'Q02' THEN 'Q02' END, CASE WHEN q03 AND holds <> 'Q03' THEN 'Q03' END,
    CASE WHEN q04 AND holds <> 'Q04' THEN 'Q04' END), '') END AS contributing,
  '2026.11.1' AS rules_version
FROM settled LEFT JOIN (VALUES
  ('E01', 'review_declined', 'qualification', 'ineligible'),
  ('E02', 'review_declined', 'qualification', 'ineligible'),
  ('I01', 'ui_error', 'qualification', 'identity_unverified'),
  ('I02', 'ui_error', 'qualification', 'identity_unverified'),
  ('N01', 'network_failure', 'technical', 'network_interruption'),
  ('D01', 'ui_error', 'technical', 'service_defect'),
  ('N02', 'network_failure', 'technical', 'network_interruption'),
  ('D02', 'ui_error', 'technical', 'service_defect'),
  ('C01', 'ui_error', 'technical', 'high_concurrency'),
  ('D03', 'ui_error', 'technical', 'service_defect'),
  ('D04', 'ui_error', 'technical', 'service_defect'),
  ('C02', 'ui_error', 'technical', 'high_concurrency'),
  ('D05', 'ui_error', 'technical', 'service_defect'),
  ('P01', 'review_declined', 'market', 'regulatory_tightening'),
  ('P02', 'review_declined', 'market', 'regulatory_tightening'),
  ('M01', 'abandoned', 'market', 'market_competition'),
  ('R01', 'review_declined', 'technical', 'risk_model_failure'),
  ('Q01', 'review_declined', 'qualification', 'thin_credit_history'),
  ('Q02', 'review_declined', 'qualification', 'unstable_income'),
  ('Q03', 'review_declined', 'qualification', 'poor_repayment'),
  ('Q04', 'review_declined', 'qualification', 'high_debt')
) AS r(code, symptom, cause_group, cause) ON r.code = reason_code
UNION ALL
SELECT attempt_id, 'none', NULL, NULL, NULL, CASE WHEN succeeded THEN 'none' ELSE 'pending' END,
  NULL, '2026.11.1'
FROM told WHERE succeeded OR waiting
