declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream'
  import type { Submittable } from 'pg'

  /** A writable stream that feeds `COPY … FROM STDIN`; the parts of pg-copy-streams 7.0 that are used here. */
  export function from(text: string): Writable & Submittable
  /** A readable stream of what `COPY … TO STDOUT` says. */
  export function to(text: string): Readable & Submittable
}
