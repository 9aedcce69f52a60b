using static TorchSharp.torch;

namespace InterestService.Pipeline.Numerics.Devices;

/// <summary>A device of libtorch that computes on many rows in tiles, in place of the vectorised kernels of the CPU.</summary>
/// <param name="Torch">The device.</param>
/// <param name="Memory">Bytes of it that one computation may take.</param>
internal sealed record ComputeDevice(Device Torch, long Memory)
{
    /// <summary>
    /// Number of multiplications from which on a GPU is used: a CPU takes a tenth of a second for them, less than a transfer and the first use
    /// of a GPU.
    /// </summary>
    private const double MinProducts = 1e9;

    /// <summary>Part of the free memory that is used: the rest is for libtorch's own workspaces and for what another run allocates meanwhile.</summary>
    private const double UsedMemory = .5;

    /// <summary>Decides where a computation runs; this is the one place where that is decided.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>, as resolved on this machine.</param>
    /// <param name="products">Number of multiplications of the computation.</param>
    /// <returns>Null: on the CPU's own kernels.</returns>
    public static ComputeDevice? For(string device, double products) =>
        device == "cuda" && products >= MinProducts ? new ComputeDevice(CUDA, (long)(CudaDriver.FreeMemory() * UsedMemory)) : null;

    /// <summary>Returns the number of rows of a tile, 1 or more.</summary>
    /// <param name="workspace">Bytes of the workspace; a quarter of the memory if that is less.</param>
    /// <param name="rowBytes">Bytes of it for each row.</param>
    public int TileRows(long workspace, long rowBytes) => (int)Math.Max(1, Math.Min(workspace, Memory / 4) / rowBytes);

    /// <summary>Returns the number of rows of tiles that are compared with each other, row by row, 1 or more.</summary>
    /// <param name="workspace">Bytes of the float32 products of two tiles; a quarter of the memory if that is less.</param>
    public int PairedTileRows(long workspace) => (int)Math.Max(1, Math.Sqrt(Math.Min(workspace, Memory / 4) / sizeof(float)));
}
