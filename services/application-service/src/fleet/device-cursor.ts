import { z } from 'zod'
import { ApiProblem } from '../http/problem.ts'

/** Where a page ended: the value the list is ordered by, and the serial that makes it one device. */
export interface DeviceCursor {
  value: string | number | null
  serial: string
}

interface Order {
  sort: string
  direction: string
}

const encodedSchema = z.tuple([z.string(), z.string(), z.union([z.string(), z.number(), z.null()]), z.string()])

/** Opaque to clients: they give it back with the same order and filters. */
export function encodeCursor({ sort, direction }: Order, { value, serial }: DeviceCursor): string {
  return Buffer.from(JSON.stringify([sort, direction, value, serial])).toString('base64url')
}

/** @throws ApiProblem `cursor-invalid` if it was not made by `encodeCursor` for this order */
export function decodeCursor(cursor: string, order: Order): DeviceCursor {
  const decoded = encodedSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  if (!decoded.success) throw new ApiProblem('cursor-invalid')
  const [sort, direction, value, serial] = decoded.data
  if (sort !== order.sort || direction !== order.direction) throw new ApiProblem('cursor-invalid')
  return { value, serial }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
