// Look-up by words that come from outside: nothing that objects inherit is ever found.

/** A value for each name, behind a blank so that no name is one of Object.prototype's. */
export interface Table<V> {
  readonly [name: string]: V
}

/** Makes a table of words, and of `word:value` pairs, with blanks between. */
export function table<V extends string | number>(words: string, of: (word: string) => V, pairs: string): Table<V> {
  const t: { [name: string]: V } = {}
  const list = words.split(' ')
  for (let i = 0; i < list.length; i++) if (list[i]) t[` ${list[i]}`] = of(list[i])
  const more = pairs.split(' ')
  for (let i = 0; i < more.length; i++) {
    const pair = more[i].split(':')
    const v = /^\d/.test(pair[1]) ? +pair[1] : pair[1]
    t[` ${pair[0]}`] = v as V
  }
  return t
}

export const find = <V>(t: Table<V>, name: string): V | undefined => t[` ${name}`]
