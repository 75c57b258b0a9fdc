// IPv6 addresses as text (RFC 4291 2.2).

// 16 bits of each group that stands between colons; null when there is one that is none.
function groups(text: string): number[] | null {
  const out: number[] = []
  if (!text) return out
  const parts = text.split(':')
  for (let i = 0; i < parts.length; i++) {
    const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(parts[i])
    if (v4 && i === parts.length - 1) {
      for (let j = 1; j < 5; j++) if (+v4[j] > 255) return null
      out.push((+v4[1] << 8) | +v4[2], (+v4[3] << 8) | +v4[4])
    } else if (/^[\da-f]{1,4}$/i.test(parts[i])) out.push(parseInt(parts[i], 16))
    else return null
  }
  return out
}

/** Four int32 of an address, or null when the text is none. */
export function parse6(text: string): number[] | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const left = groups(halves[0])
  const right = halves.length === 2 ? groups(halves[1]) : []
  if (!left || !right || (halves.length === 2 && /\./.test(halves[0]))) return null
  const gap = 8 - left.length - right.length
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null
  const all = left.slice()
  for (let i = 0; i < gap; i++) all.push(0)
  for (let i = 0; i < right.length; i++) all.push(right[i])
  const words: number[] = []
  for (let i = 0; i < 8; i += 2) words.push((all[i] << 16) | all[i + 1])
  return words
}
