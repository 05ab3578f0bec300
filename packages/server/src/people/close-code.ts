import { invalidOption } from '@wse/protocol/internal'

/** Refuses codes no application may send. @throws {WseError} `INVALID_OPTION` */
export function checkCloseCode(code: number): void {
  const isFree = Number.isInteger(code) && code >= 3000 && code <= 4999
  if (code !== 1000 && !isFree) throw invalidOption('code', 'takes 1000 or 3000 to 4999')
}
