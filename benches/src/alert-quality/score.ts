import type { Decision } from '@stellacontrol/alerts'
import { bandName } from '@stellacontrol/protocol'
import type { Fault } from '@stellacontrol/simulator'
import { type ExpectedAlert, expectedAlerts, harmlessFaults } from './expected-alerts.ts'
import type { Life } from './live-through.ts'

const hourMs = 3_600_000
/** What is told so long after a fault still belongs to it: what counts over 24 h, and what was hidden until then. */
const aftermathMs = 30 * hourMs
/** A device that could not be heard for so long was silent, whatever caused it. */
const realSilenceMs = 59 * 60_000

/** One fault on one device, and what people were told. */
export interface Episode {
  fault: Fault
  /** Epoch ms since when it mattered; undefined = harmless, or too mild. */
  badSince: number | undefined
  /** Epoch ms of the first message that detects it, in time or not. */
  detectedAt: number | undefined
  isDetectedInTime: boolean
  messages: Decision[]
}

export interface Judgement {
  episodes: Episode[]
  /** Messages that nothing explains. */
  falseAlerts: Decision[]
}

/** Compares what was told with what was true. `announced` are the messages of one device, `faults` its faults in order. Pure. */
export function judge(faults: readonly Fault[], life: Life, announced: readonly Decision[]): Judgement {
  const unexplained = announced.filter((decision) => !isRealSilence(decision, life))
  const isOf = (fault: Fault, { at }: Decision) => at >= fault.startAt && at < fault.endAt + aftermathMs
  const falseAlerts = unexplained.filter((decision) => !faults.some((fault) => isOf(fault, decision)))
  const episodes = faults.map((fault): Episode => {
    const messages = announced.filter((decision) => isOf(fault, decision))
    const expected = expectedAlerts[fault.kind]
    if (expected === undefined) {
      const mayTell = harmlessFaults[fault.kind]?.mayTell ?? []
      falseAlerts.push(...messages.filter((one) => unexplained.includes(one) && !mayTell.includes(one.rule)))
      return { fault, badSince: undefined, detectedAt: undefined, isDetectedInTime: false, messages }
    }
    const badSince = life.badSince.get(fault)
    const detectedAt = messages.find((decision) => isDetection(fault, expected, decision))?.at
    const isDetectedInTime =
      badSince !== undefined && detectedAt !== undefined && detectedAt <= badSince + expected.deadlineMs
    return { fault, badSince, detectedAt, isDetectedInTime, messages }
  })
  return { episodes, falseAlerts }
}

function isDetection({ band }: Fault, { rules }: ExpectedAlert, { rule, subject }: Decision): boolean {
  if (!rules.includes(rule)) return false
  return band === undefined || subject === undefined || subject === bandName(band)
}

/** Networks fail in a fleet without faults too: a message that says so is true. */
function isRealSilence({ rule, at }: Decision, { silences }: Life): boolean {
  return (
    rule === 'device-offline' &&
    silences.some(({ from, to }) => at >= from && at <= to && to - from >= realSilenceMs - 600_000)
  )
}
