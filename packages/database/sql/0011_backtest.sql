-- Reports as a backtest reads them: of many devices at once, for the times in which each was somebody's of the scope. Opening
-- history one device at a time reads the pages of a fleet again for each of its devices. This view is its owner's, whom
-- row-level security does not bind: it compares the scope itself and shows nothing else. It is a barrier: no condition of a
-- query is looked at before its own.
create view owned_report with (security_barrier) as
  select report.* from device_ownership
    join report on report.device_id = device_ownership.device_id and at >= since and at < until
    where (select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[])
  union all
  select report_live.* from device_ownership
    join report_live on report_live.device_id = device_ownership.device_id and at >= since and at < until
    where (select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]);
grant select on owned_report to stella_api;

-- A day of a whole fleet lies together, for reports are stored as they come: 32 of 1,000 pages instead of all. 160 kB a month of
-- 3.6 million reports.
create index on report using brin (at) with (pages_per_range = 32, autosummarize = on);
