/** Opaque blocks that stand for fields of a message rather than for a part of its content. */

/** Type of the opaque block that carries message fields the hub has no word for; `fields` holds them. */
export const MESSAGE_FIELDS = 'message_fields'
