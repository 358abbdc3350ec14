// The sidecar's reader: any bytes are a sidecar or refused, and a sidecar that is read can be used.

#include <cstddef>
#include <cstdint>

#include "../Core/fit.h"
#include "../Core/input_error.h"
#include "../Core/sidecar.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size) {
    try {
        const onpar::Sidecar sidecar =
            onpar::read_sidecar(std::vector<uint8_t>(data, data + size), "model.onnx.json");
        // The work grows with the size that the sidecar asks for; a small one shows as much.
        if (sidecar.prep && int64_t{1} * sidecar.prep->height * sidecar.prep->width < 65'536) {
            const onpar::RgbImage photo(3, 2, std::vector<uint8_t>(18, 200));
            onpar::normalise(onpar::fit(photo, *sidecar.prep), *sidecar.prep);
        }
    } catch (const onpar::InputError &) {
        // Refused with a message.
    }
    return 0;
}
