/** A number as people write it, without what is there for the eye; "00" before the country is "+". Null if there is none. Pure. */
export function phoneOf(typed: string): string | null {
  const number = typed.replaceAll(/[\s()./-]/g, '').replace(/^00/, '+')
  return number === '' ? null : number
}
