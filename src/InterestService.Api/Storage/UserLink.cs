namespace InterestService.Api.Storage;

/// <summary>Another id of a person. The table is flat: no <see cref="UserId"/> is itself an alias.</summary>
internal sealed class UserLink
{
    public required string Alias { get; init; }

    /// <summary>The id that stands for the person.</summary>
    public required string UserId { get; init; }
}
