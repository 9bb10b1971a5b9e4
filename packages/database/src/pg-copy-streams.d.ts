declare module 'pg-copy-streams' {
  import type { Writable } from 'node:stream'
  import type { Submittable } from 'pg'

  /** A writable stream that feeds `COPY … FROM STDIN`; the part of pg-copy-streams 7.0 that is used here. */
  export function from(text: string): Writable & Submittable
}
