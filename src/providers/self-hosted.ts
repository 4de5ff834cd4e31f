/** The table of servers people run themselves; each needs `base_url` in `sluice.yml`. */

import type { HttpProvider } from './provider.ts'
import { selfHosted } from './row.ts'

export const selfHostedServers: readonly HttpProvider[] = [
  selfHosted({
    name: 'vllm',
    title: 'vLLM',
    baseUrlExample: 'http://localhost:8000/v1',
    messages: true,
    // Older versions name it reasoning_content; both are read, the newer one is sent.
    quirks: { reasoningField: 'reasoning' },
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
  }),
  selfHosted({
    name: 'sglang',
    title: 'SGLang',
    baseUrlExample: 'http://localhost:30000/v1',
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://docs.sglang.ai/basic_usage/openai_api_completions.html',
  }),
  selfHosted({
    name: 'tgi',
    title: 'Text Generation Inference',
    baseUrlExample: 'http://localhost:8080/v1',
    quirks: { reasoningRequest: 'none' },
    source: 'https://huggingface.co/docs/text-generation-inference/messages_api',
  }),
  selfHosted({
    name: 'tensorrt-llm',
    title: 'TensorRT-LLM',
    baseUrlExample: 'http://localhost:8000/v1',
    source: 'https://nvidia.github.io/TensorRT-LLM/commands/trtllm-serve/index.html',
  }),
  selfHosted({
    name: 'ray-serve',
    title: 'Ray Serve',
    baseUrlExample: 'http://localhost:8000/v1',
    source: 'https://docs.ray.io/en/latest/serve/llm/index.html',
  }),
  selfHosted({
    name: 'ollama',
    title: 'Ollama',
    baseUrlExample: 'http://localhost:11434/v1',
    messages: true,
    quirks: { reasoningField: 'reasoning' },
    source: 'https://docs.ollama.com/api/openai-compatibility and https://docs.ollama.com/api/anthropic-compatibility',
  }),
  selfHosted({
    name: 'llama.cpp',
    title: 'llama.cpp',
    baseUrlExample: 'http://localhost:8080/v1',
    messages: true,
    quirks: { reasoningField: 'reasoning_content' },
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  }),
  selfHosted({
    name: 'lm-studio',
    title: 'LM Studio',
    baseUrlExample: 'http://localhost:1234/v1',
    messages: true,
    source: 'https://lmstudio.ai/docs/developer/openai-compat and https://lmstudio.ai/docs/developer/anthropic-compat',
  }),
]
