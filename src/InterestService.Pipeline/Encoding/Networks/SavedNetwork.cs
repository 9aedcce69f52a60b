using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>Weights in a stream, as libtorch's modules write them.</summary>
internal static class SavedNetwork
{
    /// <summary>Reads the weights of a network and makes it ready to encode.</summary>
    /// <param name="network">A network of the same shape as the saved one; disposed when that fails.</param>
    /// <param name="stream">At the first byte of the weights.</param>
    public static void Load(nn.Module network, Stream stream)
    {
        try
        {
            network.load(stream);
            network.eval();
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
