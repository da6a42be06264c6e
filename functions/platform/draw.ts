/** Drawing as SVG without a browser. This alone loads the charting library. */
import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import * as parts from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

export type { EChartsCoreOption };

use([BarChart, LineChart, ScatterChart, SVGRenderer, parts.GraphicComponent, parts.GridComponent]);
use([parts.LegendComponent, parts.MarkAreaComponent, parts.MarkLineComponent]);

/** Distinguishable in grey and for people with colour blindness. */
export const colours = { blue: '#1f5fa8', orange: '#e08214', purple: '#7b5aa6', grey: '#8a8f98' };
/**
 * The one scale of severity, here and in `tokens.css`: steps that fall in lightness, as those who see few colours, and a
 * grey printer, tell them apart (ColorBrewer RdYlBu, which is marked colour-blind safe: https://colorbrewer2.org).
 */
export const severityColours = {
  stopped: '#a50026',
  degraded: '#f98e52',
  inconvenient: '#fee090',
  none: '#8a8f98',
  unknown: '#c3c8d0',
};
/** Without quotes: the library writes it into an attribute unescaped. */
export const font =
  'Segoe UI, Roboto, Hiragino Sans, BIZ UDPGothic, Noto Sans JP, Noto Sans CJK JP, system-ui, sans-serif';

/** @param name of the chart: what the library counts is named after it, so that the same data gives the same bytes */
export function draw(name: string, option: EChartsCoreOption, size: { width: number; height: number }): string {
  const drawing = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    drawing.setOption({ animation: false, textStyle: { fontFamily: font, fontSize: 11 }, ...option });
    return tidy(drawing.renderToSVGString(), name);
  } finally {
    drawing.dispose();
  }
}

/** Removes the library's running numbers, so that the same data gives the same bytes. */
const tidy = (svg: string, name: string): string =>
  svg
    .replace(/<style[^<]*(?:<!\[CDATA\[[^<]*)?<\/style>/g, '')
    .replace(/\sclass="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${name}-`)
    .replace(/\secmeta_\w+="[^"]*"/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, '<svg role="img" aria-hidden="true"');

/** A drawing in a file of its own needs its namespace. */
export const asFile = (svg: string): string =>
  svg.includes('xmlns=') ? svg : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');

/** For the response with a drawing: a picture styles itself and can load nothing. */
export const pictureHeaders = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" };
