import { z } from 'zod'
import { isoMoment } from './common.ts'

const column = z.array(z.number().nullable())
export const historySchema = z.object({
  from: isoMoment,
  to: isoMoment,
  source: z.enum(['reports', 'hours']).describe('single reports, or hourly roll-ups for long ranges'),
  bucketMs: z.number().int().describe('width of one point'),
  at: z.array(z.number()).describe('start of each bucket that has data, epoch ms, ascending'),
  series: z.array(
    z.object({ metric: z.string(), unit: z.string(), minimum: column, average: column, maximum: column }),
  ),
})
export type History = z.infer<typeof historySchema>
