// Colours and columns of the demonstration.

export interface Paint {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
  bad(text: string): string
  warm(text: string): string
  cool(text: string): string
}

/** Escape codes, or the text as it is. */
export function painter(isColoured: boolean): Paint {
  const code = (on: number, off: number) => (text: string) => (isColoured ? `\x1b[${on}m${text}\x1b[${off}m` : text)
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    good: code(32, 39),
    bad: code(31, 39),
    warm: code(33, 39),
    cool: code(36, 39),
  }
}

/** Whether a stream wants colours: a terminal that knows some, unless NO_COLOR says no. */
export const wantsColour = (stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean =>
  stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'

/** Milliseconds with microseconds, in a column. */
export const ms = (value: number): string => `${value.toFixed(3).padStart(10)} ms`

/** Fills the same column where there is no time to tell. */
export const noTime: string = `${'-'.padStart(10)}   `

/** A whole number with thousands, in a column. */
export const count = (value: number, width: number): string => value.toLocaleString('en').padStart(width)

/** Many or one: `plural(2, 'frame')`. */
export const plural = (n: number, noun: string): string => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`

/** Breaks a text between words into lines of `width` at most. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return [...lines, line]
}

/** A bar of `width` cells, filled by a share of 0 to 1. */
export function bar(share: number, width: number): string {
  const filled = Math.max(0, Math.min(width, Math.round(share * width)))
  return '█'.repeat(filled) + '░'.repeat(width - filled)
}
