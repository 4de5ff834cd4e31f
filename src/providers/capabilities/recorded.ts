/** What recordings of real traffic show a provider can do: one recording for each, by its path in the corpus. */

import type { Capability } from './capability.ts'

/** By the provider's row. Paths are below `wire/` of the corpus; a test looks whether each is there. */
export const recordedCapabilities: Readonly<Record<string, Readonly<Partial<Record<Capability, string>>>>> = {
  alibaba: {
    streaming: 'alibaba/openai-chat/stream-plain/ai--alibaba-alibaba-text.chunks--0',
    tools: 'alibaba/openai-chat/tool-call/ai--alibaba-alibaba-tool-call--0',
    reasoning: 'alibaba/openai-chat/reasoning/ai--alibaba-alibaba-reasoning--0',
  },
  anthropic: {
    streaming: 'anthropic/anthropic-messages/stream-plain/prism--anthropic-stream-with-citations-1--0',
    tools: 'anthropic/anthropic-messages/tool-call/fantasy--claude-sonnet-4-thinking--0',
    'parallel-tools': 'anthropic/anthropic-messages/parallel-tool-calls/fantasy--claude-sonnet-4-multi_tool--0',
    'forced-tool': 'anthropic/anthropic-messages/tool-call/ellmer--vignettes-structured-data-examples-unknown-keys--0',
    'json-schema':
      'anthropic/anthropic-messages/stream-structured-output/llm-anthropic--test_anthropic-test_schema_prompt--0',
    images: 'anthropic/anthropic-messages/image-input/ellmer--testthat-anthropic-images--0',
    documents: 'anthropic/anthropic-messages/document-input/ellmer--testthat-anthropic-pdfs--0',
    reasoning: 'anthropic/anthropic-messages/reasoning/ellmer--testthat-anthropic-web-search--2',
    'cache-control': 'anthropic/anthropic-messages/cache-usage/ellmer--testthat-anthropic-web-search--1',
    stop: 'anthropic/anthropic-messages/stop-sequence/ellmer--testthat-anthropic-standard-params--0',
  },
  avian: {
    streaming: 'avian/openai-chat/stream-tool-call/fantasy--avian-kimi-tool_streaming--0',
    tools: 'avian/openai-chat/stream-tool-call/fantasy--avian-kimi-tool_streaming--0',
    'parallel-tools': 'avian/openai-chat/stream-parallel-tool-calls/fantasy--avian-kimi-multi_tool_streaming--0',
    reasoning: 'avian/openai-chat/stream-reasoning/fantasy--avian-kimi-simple_streaming--0',
  },
  azure: {
    streaming: 'azure/openai-chat/stream-plain/openllmetry--test_azure-test_chat_streaming--1',
    tools: 'azure/openai-chat/tool-call/fantasy--azure-o4-mini-tool--0',
    'parallel-tools':
      'azure/openai-chat/parallel-tool-calls/ruby_llm--chat_function_calling_azure_grok-4-1-fast-non-reasoning_can_use_parallel_tool_calls--0',
    'forced-tool': 'azure/anthropic-messages/stream-tool-call/req_llm--claude_opus_4_1-object_streaming--0',
    'json-schema':
      'azure/openai-chat/structured-output/ruby_llm--with_schema_with_azure_grok-4-1-fast-non-reasoning_allows_removing_schema_mid-conversation--0',
    'json-object':
      'azure/openai-chat/structured-output/ruby_llm--chat_with_params_azure_grok-4-1-fast-non-reasoning_supports_response_format_param--0',
    images:
      'azure/openai-chat/image-input/ruby_llm--chat_vision_models_azure_grok-4-1-fast-non-reasoning_can_understand_local_images--0',
    reasoning: 'azure/openai-chat/reasoning/fantasy--azure-o4-mini-simple--0',
    logprobs:
      'azure/openai-chat/stream-logprobs/llama-stack--responses-06817602766493c1d23793e64a4ea987a2cca2cbb2c4cbc4d6299b0da19cdcf2--0',
  },
  bedrock: {
    streaming: 'bedrock/bedrock-invoke/stream-plain/openllmetry--test_nova-test_nova_invoke_stream--0',
    tools: 'bedrock/bedrock-invoke/tool-call/fantasy--bedrock-anthropic-claude-opus-4-6-tool--0',
    'parallel-tools':
      'bedrock/bedrock-converse/parallel-tool-calls/ruby_llm--chat_function_calling_bedrock_claude-sonnet-4-5_can_use_parallel_tool_calls--0',
    images:
      'bedrock/bedrock-invoke/image-input/openinference--bedrock-TestClaudeInvokeModelMessageApi.test_invoke_model_with_image--1',
    documents: 'bedrock/bedrock-converse/document-input/langchain-aws--aws-test_citations_v1-v1-.yaml.gz--1',
    reasoning: 'bedrock/bedrock-converse/reasoning/ellmer--testthat-aws-bedrock-thinking--0',
    'cache-control':
      'bedrock/bedrock-converse/cache-usage/ruby_llm--chat_prompt_cache_round-trip_bedrock_claude-haiku-4-5_writes_then_reads_the_prompt_cache--0',
    logprobs:
      'bedrock-openai/openai-chat/stream-logprobs/llama-stack--responses-0746c8e1e3c03d7c554422c71b7ed8198d1abfcbb9cb265508f7e6362f93b59a--0',
    stop: 'bedrock/bedrock-invoke/stop-sequence/openllmetry--test_anthropic-test_anthropic_2_completion--0',
  },
  'bedrock-mantle': {
    streaming:
      'bedrock-mantle/openai-responses/stream-reasoning/ruby_llm--providers_bedrock_mantle_responses_chat_streams_through_the_responses_surface--0',
    tools:
      'bedrock-mantle/openai-responses/tool-call/ruby_llm--providers_bedrock_mantle_responses_chat_calls_tools_through_the_responses_surface--0',
    audio:
      'bedrock-mantle/openai-chat/audio-input/ruby_llm--chat_audio_models_bedrock_mistral_voxtral-mini-3b-2507_can_understand_audio--0',
    reasoning:
      'bedrock-mantle/openai-responses/reasoning/ruby_llm--providers_bedrock_mantle_responses_chat_chats_through_the_responses_surface--0',
  },
  cerebras: {
    streaming: 'cerebras/openai-chat/stream-plain/req_llm--qwen_3_coder_480b-streaming--0',
    tools: 'cerebras/openai-chat/tool-call/req_llm--gpt_oss_120b-tool_round_trip_1--0',
    reasoning: 'cerebras/openai-chat/stream-reasoning/req_llm--gpt_oss_120b-reasoning_streaming--0',
  },
  cohere: {
    streaming: 'cohere/cohere-chat/stream-cache-usage/openllmetry--test_chains-test_stream--0',
    tools: 'cohere/cohere-chat/tool-call/ruby_llm--chat_function_calling_cohere_command-a-03-2025_can_use_tools--0',
    'parallel-tools':
      'cohere/cohere-chat/parallel-tool-calls/openllmetry--test_chat-test_cohere_v2_chat_legacy_with_tool_calls_and_history--0',
    'forced-tool':
      'cohere/cohere-chat/tool-call/ruby_llm--_and_calls_control_cohere_command-a-03-2025_respects_choice_required_for_unrelated_queries--0',
    'json-schema':
      'cohere/cohere-chat/structured-output/ruby_llm--chat_with_schema_with_cohere_command-a-03-2025_allows_removing_schema_mid-conversation--0',
    images:
      'cohere/cohere-chat/image-input/ruby_llm--chat_vision_models_cohere_command-a-plus-05-2026_can_understand_local_images--0',
    reasoning:
      'cohere/cohere-chat/stream-reasoning/ruby_llm--chat_citations_with_cohere_command-a-plus-05-2026_streams_citations--0',
  },
  databricks: {
    streaming:
      'databricks/openai-chat/stream-tool-call/chatlas--test_provider_databricks-test_databricks_tool_variations--0',
    tools:
      'databricks/openai-chat/stream-tool-call/chatlas--test_provider_databricks-test_databricks_tool_variations--0',
  },
  deepseek: {
    streaming: 'deepseek/openai-chat/stream-plain/prism--deepseek-stream-basic-text-1--0',
    tools: 'deepseek/openai-chat/stream-parallel-tool-calls/prism--deepseek-stream-with-tools-1--0',
    'parallel-tools': 'deepseek/openai-chat/stream-parallel-tool-calls/prism--deepseek-stream-with-tools-1--0',
    'forced-tool':
      'deepseek/openai-chat/tool-call/ruby_llm--chat_tool_choice_and_calls_control_deepseek_deepseek-chat_respects_specific_tool_choice--0',
    'json-object':
      'deepseek/openai-chat/structured-output/ruby_llm--chat_with_params_deepseek_deepseek-chat_supports_response_format_param--0',
    reasoning: 'deepseek/openai-chat/stream-reasoning/prism--deepseek-stream-with-reasoning-1--0',
  },
  doubleword: {
    streaming: 'doubleword/openai-chat/stream-tool-call/rig--conformance-streaming_tool--0',
    tools: 'doubleword/openai-chat/tool-call/rig--conformance-tool_choice_modes--1',
    'parallel-tools': 'doubleword/openai-chat/parallel-tool-calls/rig--conformance-parallel_tools--0',
    'forced-tool': 'doubleword/openai-chat/tool-call/rig--conformance-tool_choice_modes--1',
    'json-object':
      'doubleword/openai-chat/structured-output/rig--request_parameter_matrix-json_object_response_format_from_additional_params--0',
    reasoning: 'doubleword/openai-chat/reasoning/rig--model_family_matrix-kimi_family_blocking--0',
  },
  gemini: {
    streaming: 'gemini/gemini-generate/stream-plain/prism--gemini-stream-basic-text-1--0',
    tools: 'gemini/gemini-generate/tool-call/ellmer--testthat-google-tool--0',
    'parallel-tools': 'gemini/gemini-generate/parallel-tool-calls/fantasy--gemini-2.5-pro-multi_tool--0',
    'json-schema': 'gemini/gemini-generate/structured-output/fantasy--gemini-2.5-pro-simple_object--0',
    images: 'gemini/gemini-generate/image-input/ellmer--testthat-google-image--0',
    documents: 'gemini/gemini-generate/document-input/ellmer--testthat-google-upload--2',
    audio:
      'gemini/gemini-generate/audio-input/ruby_llm--chat_audio_models_gemini_gemini-2_5-flash_can_understand_mp3_audio--0',
    reasoning: 'gemini/gemini-generate/reasoning/ellmer--testthat-google-web-fetch--0',
  },
  gpustack: {
    streaming:
      'gpustack-vllm/openai-chat/stream-reasoning/ruby_llm--chat_streaming_responses_gpustack_qwen3_supports_streaming_responses--0',
    tools: 'gpustack-vllm/openai-chat/tool-call/ruby_llm--chat_function_calling_gpustack_qwen3_can_use_tools--0',
    reasoning:
      'gpustack-vllm/openai-chat/reasoning/ruby_llm--chat_basic_chat_functionality_gpustack_qwen3_returns_raw_responses--0',
  },
  groq: {
    streaming: 'groq/openai-chat/stream-plain/prism--groq-stream-basic-text-1--0',
    tools: 'groq/openai-chat/tool-call/fantasy--groq-kimi-k2-tool--0',
    'parallel-tools': 'groq/openai-chat/parallel-tool-calls/fantasy--groq-kimi-k2-multi_tool--0',
    'json-schema': 'groq/openai-chat/structured-output/pydantic-ai--test_groq-test_groq_native_output--0',
    images: 'groq/openai-chat/image-input/pydantic-ai--test_groq-test_image_url_input--0',
    reasoning: 'groq/openai-chat/stream-reasoning/req_llm--openai_gpt_oss_120b-streaming--0',
  },
  huggingface: {
    streaming: 'huggingface/openai-chat/stream-plain/fantasy--huggingface-kimi-k2-simple_streaming--0',
    tools: 'huggingface/openai-chat/tool-call/fantasy--huggingface-kimi-k2-tool--0',
    'parallel-tools': 'huggingface/openai-chat/parallel-tool-calls/fantasy--huggingface-kimi-k2-multi_tool--0',
    'forced-tool':
      'huggingface/openai-chat/tool-call/pydantic-ai--test_tool_choice_matrix-test_tool_choice_matrix-required-huggingface--0',
    images: 'huggingface/openai-chat/image-input/pydantic-ai--test_huggingface-test_image_as_binary_content_input--0',
  },
  'llama.cpp': {
    streaming: 'llamacpp/openai-chat/stream-tool-call/fantasy--llama-cpp-gpt-oss-tool_streaming--0',
    tools: 'llamacpp/openai-chat/tool-call/fantasy--llama-cpp-gpt-oss-tool--0',
    'parallel-tools': 'llamacpp/openai-chat/parallel-tool-calls/rig--prompt_caching-agent_loop--0',
    'json-schema': 'llamacpp/openai-chat/structured-output/rig--structured_output_matrix-json_schema_is_enforced--0',
    'json-object': 'llamacpp/openai-chat/structured-output/rig--structured_output_matrix-json_object_is_a_no_op--0',
    reasoning: 'llamacpp/openai-chat/reasoning/fantasy--llama-cpp-gpt-oss-simple--0',
  },
  'lm-studio': {
    streaming: 'lmstudio/openai-responses/stream-cache-usage/ai--responses-lmstudio-basic.1.chunks--0',
    tools: 'lmstudio/openai-responses/tool-call/ai--responses-lmstudio-tool-call.1--0',
    reasoning: 'lmstudio/openai-responses/reasoning/ai--responses-lmstudio-basic.1--0',
  },
  mistral: {
    streaming: 'mistral/openai-chat/stream-plain/prism--mistral-stream-basic-text-1--0',
    tools: 'mistral/openai-chat/stream-parallel-tool-calls/prism--mistral-stream-with-tools-1-1--0',
    'parallel-tools': 'mistral/openai-chat/stream-parallel-tool-calls/prism--mistral-stream-with-tools-1-1--0',
    'forced-tool':
      'mistral/openai-chat/tool-call/ruby_llm--_calls_control_mistral_mistral-small-latest_respects_choice_required_for_unrelated_queries--0',
    'json-schema':
      'mistral/openai-chat/structured-output/ruby_llm--chat_with_schema_with_mistral_mistral-small-latest_allows_removing_schema_mid-conversation--0',
    'json-object':
      'mistral/openai-chat/structured-output/ruby_llm--chat_with_params_mistral_mistral-small-latest_supports_response_format_param--0',
    images:
      'mistral/openai-chat/image-input/ruby_llm--chat_vision_models_mistral_pixtral-12b_can_understand_local_images--0',
    documents: 'mistral/openai-chat/document-input/rig--multimodal_content-blocking_agent_reads_an_attached_pdf--0',
    audio:
      'mistral/openai-chat/audio-input/ruby_llm--chat_audio_models_mistral_voxtral-small-latest_can_understand_audio--0',
    choices: 'mistral/openai-chat/multi-choice/rig--terminal_metadata_matrix-blocking_ministral_3b_roomy_plain_two--0',
  },
  'mistral.rs': {
    reasoning: 'mistralrs/openai-chat/reasoning/rig--chat_completions-chat_completions_agent_prompt_completes--0',
  },
  moonshot: {
    streaming: 'moonshot/openai-chat/stream-reasoning/ai--moonshotai-moonshotai-stream.chunks--0',
    tools: 'moonshot/openai-chat/tool-call/ai--moonshotai-moonshotai-tool-call--0',
    reasoning: 'moonshot/openai-chat/reasoning/ai--moonshotai-moonshotai-reasoning--0',
  },
  ollama: {
    streaming: 'ollama/ollama-chat/stream-plain/langchaingo--ollama-TestWithThink--0',
    tools: 'ollama/ollama-chat/stream-tool-call/prism--ollama-stream-with-tools-2--0',
    'parallel-tools': 'ollama/ollama-chat/stream-parallel-tool-calls/prism--ollama-stream-with-tools-1--0',
    'forced-tool':
      'ollama/anthropic-messages/tool-call/llama-stack--messages-0d76cd7b3dae3f44e2990645cb1617d5c84b80daf77535a00ce1ab680308881a--0',
    'json-schema':
      'ollama/openai-chat/structured-output/llama-stack--inference-50fe7d08e8a84d609b5d189fcf303f28abe6244b50d92a81ce25703890d3968e--0',
    'json-object': 'ollama/ollama-chat/stream-structured-output/langchaingo--ollama-TestWithFormat--0',
    images: 'ollama/ollama-generate/image-input/openllmetry--test_generation-test_ollama_generation_legacy--0',
    reasoning: 'ollama/ollama-chat/reasoning/openinference--test_instrumentor-test_chat--0',
  },
  openai: {
    streaming: 'openai/openai-chat/stream-plain/openllmetry--test_lcel-test_invoke--1',
    tools: 'openai/openai-responses/tool-call/ellmer--inst-tool--0',
    'parallel-tools': 'openai/openai-chat/parallel-tool-calls/ellmer--testthat-openai-tool--0',
    'forced-tool': 'openai/openai-chat/stream-tool-call/openinference--instructor-streaming--0',
    'json-schema': 'openai/openai-chat/structured-output/fantasy--openai-gpt-5-simple_object--0',
    'json-object': 'openai/openai-chat/structured-output/ai-gateway--testopenai-chat-json-mode--0',
    images: 'openai/openai-chat/image-input/ellmer--testthat-openai-image--0',
    documents: 'openai/openai-chat/document-input/ellmer--testthat-openai-pdf--0',
    audio: 'openai/openai-chat/audio-input/ai-gateway--testopenai-chat-audio-to-text--0',
    reasoning: 'openai/openai-chat/reasoning/fantasy--openai-gpt-5-simple--0',
    choices: 'openai/openai-chat/multi-choice/dd-trace-js--openai-openai_chat_completions_post_d8fb132a--0',
    logprobs: 'openai/openai-responses/stream-logprobs/chatlas--test_provider_openai-test_openai_logprobs--0',
  },
  openrouter: {
    streaming: 'openrouter/openai-chat/stream-tool-call/fantasy--glm-tool_streaming--0',
    tools: 'openrouter/openai-chat/tool-call/fantasy--glm-tool--0',
    'parallel-tools': 'openrouter/openai-chat/parallel-tool-calls/fantasy--glm-multi_tool--0',
    'json-schema': 'openrouter/openai-chat/structured-output/chatlas--test_provider_openrouter-test_data_extraction--0',
    images:
      'openrouter/openai-chat/image-input/ruby_llm--chat_vision_models_openrouter_claude-haiku-4-5_can_understand_local_images--0',
    documents:
      'openrouter/openai-chat/document-input/ruby_llm--chat_pdf_models_openrouter_gemini-2_5-flash_understands_pdfs--0',
    reasoning: 'openrouter/openai-chat/reasoning/fantasy--glm-simple--0',
    'cache-control':
      'openrouter/openai-chat/cache-usage/pydantic-ai--test_cache-test_openrouter_cache_messages_anthropic_real_api--1',
    logprobs: 'openrouter/openai-chat/logprobs/req_llm--deepseek_deepseek_chat_v3_1-usage--0',
  },
  perplexity: {
    streaming: 'perplexity/openai-chat/stream-citations/langchaingo--perplexity-TestTool_Integration--0',
    'json-schema':
      'perplexity/openai-chat/structured-output/ruby_llm--chat_with_params_perplexity_sonar_supports_json_schema_response_format_param--0',
  },
  together: {
    streaming: 'together/openai-chat/stream-plain/openinference--test_instrumentor-test_chat_stream--0',
    tools: 'together/openai-chat/tool-call/openinference--test_instrumentor-test_chat_with_tool_call--0',
  },
  venice: {
    streaming: 'venice/openai-chat/stream-tool-call/rig--conformance-streaming_tool--0',
    tools: 'venice/openai-chat/tool-call/rig--tools-optional_argument--0',
    'parallel-tools': 'venice/openai-chat/parallel-tool-calls/rig--prompt_caching-agent_loop--0',
    'forced-tool': 'venice/openai-chat/tool-call/rig--conformance-tool_choice_modes--1',
    reasoning: 'venice/openai-chat/reasoning/rig--request_hook-request_hook_records_prompt_and_response--0',
  },
  vercel: {
    streaming: 'vercel-gateway/openai-chat/stream-plain/fantasy--claude-sonnet-4-simple_streaming--0',
    tools: 'vercel-gateway/openai-chat/tool-call/fantasy--claude-sonnet-4-thinking--0',
    'parallel-tools': 'vercel-gateway/openai-chat/parallel-tool-calls/fantasy--gpt-5-multi_tool--0',
    reasoning: 'vercel-gateway/openai-chat/reasoning/fantasy--gemini-2.5-flash-simple--0',
  },
  vertex: {
    streaming: 'vertex/anthropic-messages/stream-plain/req_llm--claude_sonnet_4_5_20250929-streaming--0',
    tools: 'vertex/gemini-generate/tool-call/fantasy--vertex-gemini-2-5-pro-tool--0',
    'parallel-tools': 'vertex/gemini-generate/parallel-tool-calls/fantasy--vertex-gemini-2-5-pro-multi_tool--0',
    'forced-tool': 'vertex/anthropic-messages/tool-call/fantasy--vertex-claude-3-7-sonnet-simple_object--0',
    'json-schema': 'vertex/gemini-generate/structured-output/fantasy--vertex-gemini-2-5-pro-simple_object--0',
    images:
      'vertex/gemini-generate/image-input/ruby_llm--chat_vision_models_vertexai_gemini-2_5-flash_can_understand_local_images--1',
    documents:
      'vertex/gemini-generate/document-input/ruby_llm--chat_pdf_models_vertexai_gemini-2_5-flash_understands_pdfs--1',
    audio:
      'vertex/gemini-generate/audio-input/ruby_llm--transcription_basic_functionality_vertexai_gemini-2_5-flash_can_transcribe_audio--1',
    reasoning: 'vertex/gemini-generate/reasoning/fantasy--vertex-gemini-2-5-pro-simple--0',
  },
  vllm: {
    streaming: 'vllm/openai-chat/stream-max-tokens/openllmetry--test_llms-test_trace_propagation_stream-ChatOpenAI--0',
    tools:
      'vllm/openai-chat/tool-call/llama-stack--inference-440d2fa92833ebdb48a846e628ade5b5b4e2c4351b76c33cc08970fbea66d027--0',
    'json-schema':
      'vllm/openai-chat/structured-output/llama-stack--inference-df353403c7fb59ed88c52269261b3dd9b75f681f8bb5431b4f07006d6c08aa7c--0',
    reasoning:
      'vllm/openai-chat/stream-reasoning/llama-stack--responses-3420e20864240ad8276bf5a45380ae13f29a0d1fc0ea61380dabdf9d27516f9a--0',
  },
  'workers-ai': {
    streaming:
      'workers-ai/openai-chat/stream-multi-turn/chatlas--test_provider_cloudflare-test_cloudflare_data_extraction--3',
    'json-schema':
      'workers-ai/openai-chat/structured-output/chatlas--test_provider_cloudflare-test_cloudflare_data_extraction--0',
  },
  xai: {
    streaming: 'xai/openai-chat/stream-plain/prism--xai-stream-with-tools-responses-3--0',
    tools: 'xai/openai-chat/tool-call/fantasy--xai-grok-4-fast-tool--0',
    'parallel-tools': 'xai/openai-chat/parallel-tool-calls/fantasy--xai-grok-4-fast-multi_tool--0',
    'forced-tool': 'xai/openai-chat/tool-call/fantasy--xai-grok-4-fast-complex_object--0',
    'json-schema': 'xai/openai-chat/stream-structured-output/req_llm--grok_code_fast_1-object_streaming--0',
    images:
      'xai/openai-responses/image-input/ruby_llm--chat_vision_models_xai_grok-4-1-fast-non-reasoning_can_understand_local_images--0',
    reasoning: 'xai/openai-chat/reasoning/fantasy--xai-grok-4-fast-simple--0',
  },
  zai: {
    streaming: 'zai/openai-chat/stream-reasoning/req_llm--glm_4_5v-streaming--0',
    tools: 'zai/openai-chat/tool-call/fantasy--zai-glm-4-7-flash-simple_object--0',
    'parallel-tools': 'zai/openai-chat/parallel-tool-calls/fantasy--zai-glm-4-7-flash-multi_tool--0',
    'forced-tool': 'zai/openai-chat/tool-call/fantasy--zai-glm-4-7-flash-simple_object--0',
    reasoning: 'zai/openai-chat/reasoning/prism--z-text-image-from-url-1--0',
  },
}
