import type { Prefix } from './types.js'

// One to three digits without a leading zero: 010 means 8 to some and 10 to others.
const NUMBER = /^(0|[1-9]\d{0,2})$/

/** Parses an IPv4 address in dotted quads. @throws RangeError for anything else: 10.0.0.256, 1.2.3, 010.0.0.1 */
export function address(text: string): Uint8Array {
  const parts = `${text}`.split('.')
  const b = new Uint8Array(4)
  let isGood = parts.length === 4
  for (let i = 0; i < 4 && isGood; i++) {
    isGood = NUMBER.test(parts[i]) && +parts[i] < 256
    b[i] = +parts[i]
  }
  if (!isGood) throw new RangeError(`address: ${text} is not four numbers of 0 to 255 with dots between`)
  return b
}

/** Parses an address with the length of its prefix, 10.0.0.2/24. @throws RangeError */
export function prefix(text: string): Prefix {
  const parts = `${text}`.split('/')
  const length = parts[1]
  if (parts.length !== 2 || !NUMBER.test(length) || +length > 32)
    throw new RangeError(`prefix: ${text} is not an address, a slash and a number of 0 to 32`)
  return { address: address(parts[0]), length: +length }
}

/** Prints the IPv4 address at o. */
export const addressText = (b: Uint8Array, o?: number): string => {
  const i = o ?? 0
  return `${b[i]}.${b[i + 1]}.${b[i + 2]}.${b[i + 3]}`
}

/** Parses a MAC address, 02:00:00:00:00:01. @throws RangeError */
export function mac(text: string): Uint8Array {
  if (!/^[\da-f]{2}(:[\da-f]{2}){5}$/i.test(text))
    throw new RangeError(`mac: ${text} is not six octets with colons between`)
  const b = new Uint8Array(6)
  for (let i = 0; i < 6; i++) b[i] = parseInt(text.slice(3 * i, 3 * i + 2), 16)
  return b
}

/** Prints the MAC address at o. */
export function macText(b: Uint8Array, o?: number): string {
  let s = ''
  for (let i = 0; i < 6; i++) {
    const x = b[(o ?? 0) + i]
    s += `${i ? ':' : ''}${x < 16 ? '0' : ''}${x.toString(16)}`
  }
  return s
}
