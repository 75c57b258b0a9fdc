// A sentence for each reason to drop or count. The ids stand in the package's ids.ts; a test compares the two.
const SENTENCES: { readonly [id: number]: string } = {}

/** What an id of Observer.drop or Observer.count means, in plain words. */
export const explain = (id: number): string => SENTENCES[id] ?? `unknown reason ${id}`
