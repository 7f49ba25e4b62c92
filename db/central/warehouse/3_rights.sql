-- Who may what. Nobody has a right that is not written here.
SELECT warehouse.publish();
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA warehouse FROM PUBLIC;
REVOKE ALL ON SCHEMA warehouse, warehouse_masked FROM PUBLIC;

GRANT USAGE ON SCHEMA warehouse_masked TO workbench_reader, workbench_loader, workbench_revealer;

GRANT USAGE ON SCHEMA warehouse TO workbench_loader;
GRANT SELECT, INSERT, UPDATE, DELETE
  ON warehouse.attempts, warehouse.bureau_scores, warehouse.search_keys, warehouse.events,
     warehouse.extras, warehouse.meta, warehouse.context_5m, warehouse.context_nodes,
     warehouse.context_versions, warehouse.context_groups, warehouse.context_models,
     warehouse.context_events, warehouse.context_pairs, warehouse.states,
     warehouse.former_answers, warehouse.former_context, warehouse.former_events
  TO workbench_loader;
GRANT INSERT, DELETE ON warehouse.identities TO workbench_loader;
GRANT SELECT (identity_key, customer_key, name, phone, id_card, customer_id)
  ON warehouse.identities TO workbench_loader;
GRANT EXECUTE ON FUNCTION
  warehouse.ensure_months(date[]), warehouse.drop_months(timestamp),
  warehouse.ensure_column(text, text, text)
  TO workbench_loader;
