import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Run while the image is built: `java Repack.java FILE.jar...` puts the same entries, in the same order and byte for byte,
/// into jars without compression. An image's layers are compressed as a whole, and that finds more: 12 instead of 18 MB.
void main(String[] jars) throws IOException {
    for (String jar : jars) {
        Path file = Path.of(jar);
        Path stored = Path.of(jar + ".stored");
        try (ZipFile from = new ZipFile(file.toFile()); ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(stored))) {
            for (ZipEntry entry : Collections.list(from.entries())) {
                ZipEntry same = new ZipEntry(entry.getName());
                same.setTimeLocal(entry.getTimeLocal());
                same.setMethod(ZipEntry.STORED);
                same.setSize(entry.getSize());
                same.setCrc(entry.getCrc());
                to.putNextEntry(same);
                try (InputStream content = from.getInputStream(entry)) {
                    content.transferTo(to);
                }
                to.closeEntry();
            }
        }
        Files.move(stored, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
