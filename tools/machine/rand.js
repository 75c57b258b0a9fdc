let state = 1

/** The machine's own random numbers; seeded here, for a run that can be repeated: xorshift. */
export function rand() {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return state | 0
}

export function expect(is, what) {
  if (!is) throw new Error(what)
}
