using TorchSharp;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// Who disposes a network: until it is complete, the method that makes it, also when that fails; afterwards its owner. Nothing is left to
/// finalizers, which run late and, while libtorch still reads a tensor, too early.
/// </summary>
internal static class NetworkOwnership
{
    /// <summary>Creates a network and releases all tensors of its creation but its weights.</summary>
    /// <param name="create">Creates it; what it has created is released when it fails.</param>
    /// <param name="device">Where the weights are to be.</param>
    public static T Create<T>(Func<T> create, Device device)
        where T : nn.Module
    {
        using var scope = NewDisposeScope();
        var network = create();
        network.to(device);
        foreach (var weight in network.state_dict().Values) weight.DetachFromDisposeScope();
        return network;
    }

    /// <summary>Completes an encoder, and disposes it when that fails.</summary>
    /// <param name="encoder">The encoder, which owns its network.</param>
    /// <param name="complete">Trains it or reads its weights.</param>
    public static T Complete<T>(T encoder, Action<T> complete)
        where T : IUserEncoder
    {
        try
        {
            complete(encoder);
            return encoder;
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>Reads the weights of a network, as <c>save</c> writes them, and makes it ready to encode.</summary>
    /// <param name="network">A network of the same shape as the saved one.</param>
    /// <param name="stream">At the first byte of the weights.</param>
    public static void Read(this nn.Module network, Stream stream)
    {
        using var scope = NewDisposeScope();
        network.load(stream);
        network.eval();
    }

    /// <summary>Writes the weights of a network.</summary>
    public static void Write(this nn.Module network, Stream stream)
    {
        using var scope = NewDisposeScope();
        network.save(stream);
    }
}
