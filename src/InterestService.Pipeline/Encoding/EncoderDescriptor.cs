using System.Text.Json;
using System.Text.Json.Nodes;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Encoding;

/// <summary>Describes an encoder to the rest of the program. An encoder is registered by its descriptor alone.</summary>
/// <param name="name">Its name in requests.</param>
public abstract class EncoderDescriptor(string name)
{
    /// <summary>Its name in requests and in stored models.</summary>
    public string Name => name;

    /// <summary>Whether it is a network, which libtorch computes and a GPU makes faster.</summary>
    public bool IsNetwork { get; init; }

    /// <summary>Whether it fails on a catalogue without any title or category.</summary>
    public bool NeedsTexts { get; init; }

    /// <summary>Whether a user's vector depends on the order of the user's events.</summary>
    public bool UsesOrder { get; init; }

    /// <summary>Whether it reads what users search for, so that a user needs no items.</summary>
    public bool ReadsSearches { get; init; }

    /// <summary>Whether it knows items that a single user has: it does not learn from which items users share.</summary>
    public bool KnowsLoneItems { get; init; }

    /// <summary>
    /// How far the extents of its vectors are evened out before the users are clustered, from 0 (not at all) to 1 (all directions extend equally).
    /// Default 0.
    /// </summary>
    public double Whitening { get; init; }

    /// <summary>The records of its options; each property of each can be set by name.</summary>
    public abstract IReadOnlyList<Type> OptionsTypes { get; }

    /// <summary>Trains an encoder; the caller disposes it.</summary>
    /// <param name="input">What to learn from.</param>
    /// <param name="values">Options; those that the encoder does not have are ignored.</param>
    /// <exception cref="PipelineException">The events or the catalogue are not enough to learn from.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public abstract IUserEncoder Fit(EncoderInput input, OptionValues values);

    /// <summary>Reads what <see cref="IUserEncoder.Save"/> wrote; the caller disposes it.</summary>
    /// <param name="stream">At the encoder's first byte.</param>
    /// <param name="shape">What the stream does not say.</param>
    /// <param name="options">The options of its training, as a model stores them.</param>
    /// <exception cref="InvalidDataException">The stream does not hold such an encoder.</exception>
    public abstract IUserEncoder Load(Stream stream, EncoderShape shape, JsonObject options);
}

/// <summary>An encoder with its own record of options.</summary>
/// <typeparam name="TOptions">The record; each of its properties can be set by name.</typeparam>
/// <param name="name">Its name in requests.</param>
/// <param name="fit">Trains it.</param>
/// <param name="load">Reads it.</param>
internal sealed class EncoderDescriptor<TOptions>(
    string name, Func<EncoderInput, TOptions, IUserEncoder> fit, Func<Stream, EncoderShape, TOptions, IUserEncoder> load)
    : EncoderDescriptor(name)
    where TOptions : EncoderOptions
{
    public override IReadOnlyList<Type> OptionsTypes { get; } = [typeof(TOptions)];

    public override IUserEncoder Fit(EncoderInput input, OptionValues values) => fit(input, values.Bind<TOptions>());

    public override IUserEncoder Load(Stream stream, EncoderShape shape, JsonObject options)
    {
        try
        {
            return load(stream, shape, OptionValues.Bind<TOptions>(options));
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or FormatException or OverflowException or JsonException)
        {
            throw new InvalidDataException($"The content is not a saved encoder '{Name}': {exception.Message}", exception);
        }
    }
}
