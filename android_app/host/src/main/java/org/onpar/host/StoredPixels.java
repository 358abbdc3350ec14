package org.onpar.host;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.onpar.core.InputException;
import org.onpar.core.RgbImage;
import org.onpar.core.photo.PhotoFile;

/** The stored pixels of a file by ImageIO: no colour of them is converted. */
final class StoredPixels {
    private StoredPixels() {}

    static RgbImage read(PhotoFile file, String name) throws InputException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(file.format).next();
        try {
            reader.setInput(
                    new MemoryCacheImageInputStream(new ByteArrayInputStream(file.plain)), true,
                    true);
            BufferedImage image = reader.read(0);
            if (image.getWidth() != file.width || image.getHeight() != file.height) {
                throw new IOException("its size is not that of its header");
            }
            return rgb(image);
        } catch (IOException | RuntimeException error) {
            // On hostile bytes ImageIO raises half a dozen kinds, not all of them documented.
            throw new InputException(
                    PhotoFile.broken(name, String.valueOf(error.getMessage())).getMessage(), error);
        } finally {
            reader.dispose();
        }
    }

    /** Bands are grey, or R, G, B; one behind them is alpha, and dropped. */
    private static RgbImage rgb(BufferedImage image) {
        WritableRaster raster = image.getRaster();
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        int green = bands < 3 ? 0 : 1;
        int blue = bands < 3 ? 0 : 2;
        int[][] palette = palette(image);
        byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        int[] row = new int[width * bands];
        int to = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int at = 0; at < row.length; at += bands) {
                if (palette == null) {
                    pixels[to++] = (byte) row[at];
                    pixels[to++] = (byte) row[at + green];
                    pixels[to++] = (byte) row[at + blue];
                } else {
                    pixels[to++] = (byte) palette[0][row[at]];
                    pixels[to++] = (byte) palette[1][row[at]];
                    pixels[to++] = (byte) palette[2][row[at]];
                }
            }
        }
        return new RgbImage(height, width, pixels);
    }

    /** R, G and B of each index, null where pixels are not indices. */
    private static int[][] palette(BufferedImage image) {
        if (!(image.getColorModel() instanceof IndexColorModel)) {
            return null;
        }
        IndexColorModel colours = (IndexColorModel) image.getColorModel();
        // An index beyond the palette is black, as in Pillow.
        int[][] palette = new int[3][256];
        for (int i = 0; i < Math.min(256, colours.getMapSize()); i++) {
            palette[0][i] = colours.getRed(i);
            palette[1][i] = colours.getGreen(i);
            palette[2][i] = colours.getBlue(i);
        }
        return palette;
    }
}
