import type { Template } from '@ujumbe/core';
import { timeView } from './fields.js';

/** Source: contracts/mifumo.md §9.2. */
export const templateView = (template: Template): object => ({
  id: template.id,
  name: template.name,
  category: template.category,
  language: template.language,
  message: template.text,
  variables: template.variables,
  is_active: template.active,
  usage_count: template.uses,
  created_at: timeView(template.createdAt),
  updated_at: timeView(template.updatedAt),
});
