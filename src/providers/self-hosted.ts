/** The table of servers people run themselves; each needs `base_url` in `sluice.yml`. */

import { chatDoors, taskDoors } from './doors.ts'
import type { HttpProvider } from './provider.ts'
import { selfHosted } from './row.ts'

export const selfHostedServers: readonly HttpProvider[] = [
  selfHosted({
    name: 'vllm',
    title: 'vLLM',
    baseUrlExample: 'http://localhost:8000/v1',
    chat: chatDoors('/v1', 'openai-chat', 'anthropic-messages', 'openai-responses', 'openai-completions'),
    tasks: taskDoors(
      '/v1',
      'openai-embeddings',
      'cohere-rerank',
      'anthropic-count-tokens',
      'openai-transcriptions',
      'openai-translations',
    ),
    // Older versions name it reasoning_content; both are read, the newer one is sent.
    quirks: { reasoningField: 'reasoning' },
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
  }),
  selfHosted({
    name: 'sglang',
    title: 'SGLang',
    baseUrlExample: 'http://localhost:30000/v1',
    chat: chatDoors('/v1', 'openai-chat', 'openai-completions'),
    tasks: taskDoors('/v1', 'openai-embeddings'),
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://docs.sglang.ai/basic_usage/openai_api_completions.html',
  }),
  selfHosted({
    name: 'tgi',
    title: 'Text Generation Inference',
    baseUrlExample: 'http://localhost:8080/v1',
    chat: chatDoors('/v1', 'openai-chat', 'openai-completions'),
    quirks: { reasoningRequest: 'none' },
    source: 'https://huggingface.co/docs/text-generation-inference/messages_api',
  }),
  selfHosted({
    name: 'tei',
    title: 'Text Embeddings Inference',
    baseUrlExample: 'http://localhost:8080/v1',
    chat: [],
    tasks: taskDoors('/v1', 'openai-embeddings'),
    source: 'https://huggingface.co/docs/text-embeddings-inference/quick_tour',
  }),
  selfHosted({
    name: 'tensorrt-llm',
    title: 'TensorRT-LLM',
    baseUrlExample: 'http://localhost:8000/v1',
    chat: chatDoors('/v1', 'openai-chat', 'openai-completions'),
    source: 'https://nvidia.github.io/TensorRT-LLM/commands/trtllm-serve/index.html',
  }),
  selfHosted({
    name: 'ray-serve',
    title: 'Ray Serve',
    baseUrlExample: 'http://localhost:8000/v1',
    chat: chatDoors('/v1', 'openai-chat', 'openai-completions'),
    tasks: taskDoors('/v1', 'openai-embeddings'),
    source: 'https://docs.ray.io/en/latest/serve/llm/index.html',
  }),
  selfHosted({
    // Recorded: gpustack-vllm. Versions before 2 have the address http://host/v1-openai.
    name: 'gpustack',
    title: 'GPUStack',
    baseUrlExample: 'http://localhost/v1',
    tasks: taskDoors('/v1', 'openai-embeddings'),
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://docs.gpustack.ai/latest/user-guide/openai-compatible-apis/',
  }),
  selfHosted({
    name: 'ollama',
    title: 'Ollama',
    baseUrlExample: 'http://localhost:11434',
    chat: [
      ...chatDoors('/v1', 'openai-chat', 'anthropic-messages', 'openai-completions', 'openai-responses'),
      { wire: 'ollama-chat', path: '/api/chat' },
      { wire: 'ollama-generate', path: '/api/generate' },
    ],
    tasks: [...taskDoors('/v1', 'openai-embeddings'), { wire: 'ollama-embed', path: '/api/embed' }],
    quirks: { reasoningField: 'reasoning' },
    source: 'https://docs.ollama.com/api and https://docs.ollama.com/api/openai-compatibility',
  }),
  selfHosted({
    name: 'llama.cpp',
    title: 'llama.cpp',
    baseUrlExample: 'http://localhost:8080/v1',
    chat: chatDoors('/v1', 'openai-chat', 'anthropic-messages', 'openai-completions'),
    tasks: taskDoors('/v1', 'openai-embeddings', 'cohere-rerank', 'anthropic-count-tokens'),
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  }),
  selfHosted({
    name: 'lm-studio',
    title: 'LM Studio',
    baseUrlExample: 'http://localhost:1234/v1',
    chat: chatDoors('/v1', 'openai-chat', 'anthropic-messages', 'openai-responses', 'openai-completions'),
    tasks: taskDoors('/v1', 'openai-embeddings'),
    source: 'https://lmstudio.ai/docs/developer/openai-compat and https://lmstudio.ai/docs/developer/anthropic-compat',
  }),
  selfHosted({
    name: 'mistral.rs',
    title: 'mistral.rs',
    baseUrlExample: 'http://localhost:1234/v1',
    chat: chatDoors('/v1', 'openai-chat', 'openai-completions'),
    tasks: taskDoors('/v1', 'openai-embeddings'),
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://github.com/EricLBuehler/mistral.rs/blob/master/docs/HTTP.md',
  }),
]
