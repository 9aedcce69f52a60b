namespace InterestService.Api.Storage;

/// <summary>A user whose events stay out of every later clustering.</summary>
internal sealed class OptOut
{
    public required string UserId { get; init; }

    public DateTime Since { get; init; }
}
