export { measureReport, type ReportIdentity } from './device/measure-report.ts'
export { VirtualDevice, type VirtualDeviceOptions } from './device/virtual-device.ts'
export { type Fault, type FaultKind, type FaultSpecification, faultKinds, faultTraits } from './faults/fault.ts'
export { encodeWithFaults } from './faults/message-faults.ts'
export { planFaults } from './faults/plan-faults.ts'
export { FaultFileError, parseFaults, resolveFaults } from './faults/resolve-faults.ts'
export type { Fleet, FleetDevice, FleetOrganisation, FleetSite, Placement, SiteKind } from './fleet/fleet.ts'
export { FleetFileError, parseFleet, readFleetFile } from './fleet/fleet-file.ts'
export { type FleetPlan, planFleet } from './fleet/plan-fleet.ts'
export {
  ConnectionRefusedError,
  MqttConnection,
  type MqttConnectionOptions,
} from './mqtt-connection.ts'
export { NotAcknowledgedError } from './mqtt-outstanding.ts'
export { Random, seedOf } from './random.ts'
export { Replay } from './replay/replay.ts'
export { readTrace, TraceError } from './replay/trace.ts'
export type { BackfillPlan } from './run/backfill.ts'
export { type Simulation, type SimulationOptions, startSimulation } from './run/simulation.ts'
export type { Statistics } from './run/statistics.ts'
export {
  readWitness,
  readWitnessFile,
  type WitnessedReport,
  type WitnessRecord,
  WitnessWriter,
  witnessFlags,
} from './witness.ts'
