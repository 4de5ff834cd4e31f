/** The format words of media blocks <-> media types, as tables. */

const IMAGE_TYPE: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
}

const DOCUMENT_TYPE: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
}

/** Other names under which the same formats travel. */
const ALIAS: Readonly<Record<string, string>> = {
  jpg: 'jpeg',
  'image/jpg': 'jpeg',
  htm: 'html',
  text: 'txt',
  markdown: 'md',
  'text/x-markdown': 'md',
  'application/csv': 'csv',
}

export type Medium = 'image' | 'document'

const TYPES: Readonly<Record<Medium, Readonly<Record<string, string>>>> = {
  image: IMAGE_TYPE,
  document: DOCUMENT_TYPE,
}

/** Undefined for a format we do not know. */
export function mediaTypeOf(medium: Medium, format: string): string | undefined {
  return Object.hasOwn(TYPES[medium], format) ? TYPES[medium][format] : undefined
}

/** The format word for a media type, whatever its case and parameters; undefined if this API has none. */
export function formatOf(medium: Medium, mediaType: string): string | undefined {
  const plain = mediaType.toLowerCase().split(';')[0]?.trim() ?? ''
  const known = Object.entries(TYPES[medium]).find(([, type]) => type === plain)?.[0]
  return known ?? aliased(medium, plain)
}

/** The format word for the ending of a file name or address. */
export function formatOfName(medium: Medium, name: string): string | undefined {
  const ending = /\.([A-Za-z0-9]{2,8})$/.exec(name)?.[1]?.toLowerCase()
  if (ending === undefined) return undefined
  return Object.hasOwn(TYPES[medium], ending) ? ending : aliased(medium, ending)
}

function aliased(medium: Medium, word: string): string | undefined {
  const format = Object.hasOwn(ALIAS, word) ? ALIAS[word] : undefined
  return format !== undefined && Object.hasOwn(TYPES[medium], format) ? format : undefined
}
