/** Other public sets of labelled requests, and what each of their labels means in this model's words. */

export interface OtherSet {
  /** File under `intent/` of the data folder, without `.jsonl.gz`. */
  readonly name: string
  readonly source: string
  readonly license: string
  /** Their label to the intents that count as right. */
  readonly intents: Readonly<Record<string, readonly string[]>>
  /** Their labels that no intent of ours covers. Labels in neither list are half covered and left out. */
  readonly outOfScope: readonly string[]
}

export const OTHER_SETS: readonly OtherSet[] = [
  {
    name: 'hwu64_train',
    source: 'HWU64, NLU-Evaluation-Data fold 1 (Xingkun Liu and others, Heriot-Watt University)',
    license: 'CC-BY-4.0',
    intents: {
      alarm_set: ['alarm'],
      calendar_query: ['calendar', 'meeting_schedule'],
      cooking_recipe: ['recipe', 'cook_time', 'ingredients_list', 'meal_suggestion'],
      datetime_query: ['time', 'date', 'timezone'],
      general_joke: ['tell_joke'],
      general_repeat: ['repeat'],
      play_music: ['play_music'],
      qa_currency: ['exchange_rate'],
      qa_definition: ['definition'],
      qa_maths: ['calculator', 'measurement_conversion'],
      transport_taxi: ['uber'],
      transport_traffic: ['traffic', 'directions', 'distance'],
      weather_query: ['weather'],
    },
    outOfScope: [
      'email_addcontact',
      'email_query',
      'email_querycontact',
      'email_sendemail',
      'news_query',
      'play_game',
      'play_podcasts',
      'qa_stock',
      'recommendation_movies',
      'social_post',
      'social_query',
    ],
  },
  {
    name: 'snips_train',
    source: 'Snips NLU benchmark 2017 (Snips)',
    license: 'CC0-1.0',
    intents: {
      AddToPlaylist: ['update_playlist'],
      BookRestaurant: ['restaurant_reservation'],
      GetWeather: ['weather'],
      PlayMusic: ['play_music'],
    },
    outOfScope: ['RateBook', 'SearchCreativeWork', 'SearchScreeningEvent'],
  },
  {
    name: 'banking77_train',
    source: 'BANKING77 (PolyAI)',
    license: 'CC-BY-4.0',
    intents: {
      change_pin: ['pin_change'],
      exchange_rate: ['exchange_rate'],
      lost_or_stolen_card: ['report_lost_card'],
      declined_card_payment: ['card_declined'],
      compromised_card: ['report_fraud', 'report_lost_card', 'freeze_account'],
    },
    outOfScope: [
      'age_limit',
      'apple_pay_or_google_pay',
      'automatic_top_up',
      'card_swallowed',
      'get_disposable_virtual_card',
      'lost_or_stolen_phone',
      'pending_top_up',
      'terminate_account',
      'top_up_failed',
      'top_up_limits',
      'unable_to_verify_identity',
      'verify_source_of_funds',
      'why_verify_identity',
    ],
  },
]
