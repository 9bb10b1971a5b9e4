-- History. The meaning of every column and of every slot of `bands` stands in src/history/history-layout.ts.
-- All measured values are scaled smallints, "absent" is -32768: without NULL a row has no null bitmap (8 bytes of 300).
-- Columns are ordered by size, so that nothing is lost to alignment. There are no default partitions: partitions are
-- made by maintainPartitions and, for what comes unexpectedly, by the writer.
--
-- Rows of a fleet arrive by time, the primary keys are by device: their pages split in the middle and stay half full. They
-- are packed once their partition is over (compactClosedPartitions), to 100 % because nothing but late rows follows.

create table report (
  at timestamptz not null,
  device_id integer not null,
  boot_id integer not null,
  seq integer not null,
  uptime_s integer not null,
  arrival_delay_ds integer not null,
  interval_s smallint not null,
  flags smallint not null,
  board smallint not null,
  ambient smallint not null,
  fan_rpm smallint not null,
  fan_drive_and_cpu smallint not null,
  supply smallint not null,
  current smallint not null,
  memory_free smallint not null,
  rsrp smallint not null,
  rsrq smallint not null,
  sinr smallint not null,
  rssi smallint not null,
  round_trip smallint not null,
  reconnects smallint not null,
  config_version smallint not null,
  bands smallint[] not null,
  primary key (device_id, at, boot_id, seq) with (fillfactor = 100)
) partition by range (at);

-- Reports that come more often than once a minute: the same rows, kept for days instead of years.
create table report_live (like report including all) partition by range (at);

-- When a boot of a device without a clock began, as first seen; it makes the moment of its reports repeatable.
create table boot_anchor (
  device_id integer not null,
  boot_id integer not null,
  booted_at timestamptz not null,
  primary key (device_id, boot_id)
);

-- What the history reader has done with the entries of a queue partition. Committed together with the rows themselves.
create table ledger (
  queue_generation text not null,
  partition integer not null,
  last_id_ms bigint not null default 0,
  last_id_seq bigint not null default 0,
  stored bigint not null default 0,
  duplicates bigint not null default 0,
  set_aside bigint not null default 0,
  primary key (queue_generation, partition)
);

-- Messages that can never become a row, with the bytes that came.
create table set_aside (
  id bigint generated always as identity primary key,
  queue_generation text not null,
  partition integer not null,
  stream_id text not null,
  serial text,
  reason text not null,
  detail text not null,
  received_at timestamptz not null,
  set_aside_at timestamptz not null default now(),
  replayed_at timestamptz,
  payload bytea not null
);

-- Hours whose roll-up is missing or older than their reports.
create table rollup_due (
  device_id integer not null,
  hour timestamptz not null,
  primary key (device_id, hour)
);
create index on rollup_due (hour);

create table device_hour (
  hour timestamptz not null,
  device_id integer not null,
  samples integer not null,
  board_min smallint not null, board_avg smallint not null, board_max smallint not null,
  ambient_min smallint not null, ambient_avg smallint not null, ambient_max smallint not null,
  fan_rpm_min smallint not null, fan_rpm_avg smallint not null, fan_rpm_max smallint not null,
  fan_drive_min smallint not null, fan_drive_avg smallint not null, fan_drive_max smallint not null,
  supply_min smallint not null, supply_avg smallint not null, supply_max smallint not null,
  current_min smallint not null, current_avg smallint not null, current_max smallint not null,
  cpu_min smallint not null, cpu_avg smallint not null, cpu_max smallint not null,
  memory_free_min smallint not null, memory_free_avg smallint not null, memory_free_max smallint not null,
  rsrp_min smallint not null, rsrp_avg smallint not null, rsrp_max smallint not null,
  rsrq_min smallint not null, rsrq_avg smallint not null, rsrq_max smallint not null,
  sinr_min smallint not null, sinr_avg smallint not null, sinr_max smallint not null,
  rssi_min smallint not null, rssi_avg smallint not null, rssi_max smallint not null,
  round_trip_min smallint not null, round_trip_avg smallint not null, round_trip_max smallint not null,
  reconnects_min smallint not null, reconnects_avg smallint not null, reconnects_max smallint not null,
  primary key (device_id, hour) with (fillfactor = 100)
) partition by range (hour);

create table band_hour (
  hour timestamptz not null,
  device_id integer not null,
  samples integer not null,
  band smallint not null,
  gain_set_min smallint not null, gain_set_avg smallint not null, gain_set_max smallint not null,
  gain_maximum_min smallint not null, gain_maximum_avg smallint not null, gain_maximum_max smallint not null,
  gain_actual_min smallint not null, gain_actual_avg smallint not null, gain_actual_max smallint not null,
  downlink_in_min smallint not null, downlink_in_avg smallint not null, downlink_in_max smallint not null,
  downlink_out_min smallint not null, downlink_out_avg smallint not null, downlink_out_max smallint not null,
  uplink_in_min smallint not null, uplink_in_avg smallint not null, uplink_in_max smallint not null,
  uplink_out_min smallint not null, uplink_out_avg smallint not null, uplink_out_max smallint not null,
  isolation_min smallint not null, isolation_avg smallint not null, isolation_max smallint not null,
  return_loss_min smallint not null, return_loss_avg smallint not null, return_loss_max smallint not null,
  pa_min smallint not null, pa_avg smallint not null, pa_max smallint not null,
  primary key (device_id, hour, band) with (fillfactor = 100)
) partition by range (hour);
