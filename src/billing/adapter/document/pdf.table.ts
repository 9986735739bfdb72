import { COLORS, LEFT, MARGIN, PAGE_HEIGHT, RIGHT, WIDTH } from './pdf.layout.js';

export interface TableColumn {
  readonly label: string;
  /** Of the width of the page. */
  readonly width: number;
  readonly align?: 'right';
}

const SIZE = 8.5;
/** Of what is below the first line of a cell. */
const SMALL = 6.7;
const PADDING = 5;
const BOTTOM = PAGE_HEIGHT - MARGIN - 30;

/** A table that goes on over pages; its header is on each. */
export function drawTable(
  pdf: PDFKit.PDFDocument,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): void {
  drawHeader(pdf, columns);
  for (const cells of rows) {
    const height = heightOf(pdf, columns, cells);
    if (pdf.y + height > BOTTOM) {
      pdf.addPage();
      drawHeader(pdf, columns);
    }
    const top = pdf.y;
    drawCells(pdf, columns, cells);
    pdf.moveTo(LEFT, top + height).lineTo(RIGHT, top + height).lineWidth(0.5).stroke(COLORS.line);
    pdf.y = top + height;
  }
}

function drawHeader(pdf: PDFKit.PDFDocument, columns: readonly TableColumn[]): void {
  const top = pdf.y;
  pdf.rect(LEFT, top, WIDTH, 20).fill(COLORS.accent);
  pdf.font('bold').fontSize(7.5).fillColor('#ffffff');
  eachCell(columns, (column, left, width, index) => {
    pdf.text(columns[index]?.label ?? '', left, top + 6, { width, align: column.align ?? 'left', lineBreak: false });
  });
  pdf.y = top + 20;
}

/** The first line of a cell says what it is, those after it are smaller. */
function drawCells(
  pdf: PDFKit.PDFDocument,
  columns: readonly TableColumn[],
  cells: readonly string[],
): void {
  const top = pdf.y + PADDING;
  eachCell(columns, (column, left, width, index) => {
    const align = column.align ?? 'left';
    const [first = '', ...rest] = (cells[index] ?? '').split('\n');
    pdf.font('regular').fontSize(SIZE).fillColor(COLORS.ink).text(first, left, top, { width, align });
    pdf.fontSize(SMALL).fillColor(COLORS.muted);
    for (const line of rest) pdf.text(line, left, pdf.y + 1, { width, align });
  });
}

function heightOf(
  pdf: PDFKit.PDFDocument,
  columns: readonly TableColumn[],
  cells: readonly string[],
): number {
  let highest = 0;
  eachCell(columns, (_column, _left, width, index) => {
    const [first = '', ...rest] = (cells[index] ?? '').split('\n');
    pdf.font('regular').fontSize(SIZE);
    const below = (): number => pdf.fontSize(SMALL).heightOfString(rest.join('\n'), { width }) + 1;
    const height = pdf.heightOfString(first, { width }) + (rest.length === 0 ? 0 : below());
    highest = Math.max(highest, height);
  });
  return highest + 2 * PADDING;
}

function eachCell(
  columns: readonly TableColumn[],
  draw: (column: TableColumn, left: number, width: number, index: number) => void,
): void {
  let left = LEFT;
  columns.forEach((column, index) => {
    const width = column.width * WIDTH;
    draw(column, left + PADDING, width - 2 * PADDING, index);
    left += width;
  });
}
