# An ESME made of Net::SMPP, driven from outside: a line of JSON on standard input is a call, a line on standard output
# is what it came to, or a PDU that arrived. Net::SMPP's own waiting throws away what it does not wait for, so PDUs are
# read here as they come; a deliver_sm and an enquire_link are answered at once.
use strict;
use warnings;
use IO::Select;
use JSON::PP;
use Net::SMPP;

my ($host, $port) = @ARGV;
my $json = JSON::PP->new->canonical->latin1;
my $smpp = Net::SMPP->new_connect($host, port => $port, async => 1, smpp_version => 0x34) or die "no connection: $!";
my $wishes = IO::Select->new($smpp, \*STDIN);
my $deliver_status = 0;
my $typed = '';
$| = 1;
# It warns of every connection that ends, too.
$SIG{__WARN__} = sub { tell_tests(warning => $_[0]) unless $_[0] =~ /premature eof/ };

while ($wishes->count) {
  for my $handle ($wishes->can_read) {
    if ($handle == $smpp) { hear($handle) }
    else { obey($handle) }
  }
}

sub tell_tests {
  my ($kind, $value) = @_;
  print $json->encode({ $kind => $value }), "\n";
}

sub obey {
  my ($handle) = @_;
  sysread($handle, $typed, 65536, length $typed) or exit 0;
  while ($typed =~ s/^(.*)\n//) {
    my ($call, @arguments) = @{ $json->decode($1) };
    if ($call eq 'answer deliveries with') { $deliver_status = $arguments[0] }
    elsif ($call eq 'write') { $smpp->syswrite(pack 'H*', $arguments[0]) }
    else { tell_tests(sent => 0 + $smpp->$call(map { octets($_) } @arguments)) }
  }
}

# What is not text travels as hexadecimal digits.
sub octets {
  my ($value) = @_;
  return ref $value eq 'HASH' ? pack('H*', $value->{hex}) : $value;
}

sub hear {
  my ($smpp) = @_;
  my $pdu = $smpp->read_pdu;
  if (!defined $pdu) {
    tell_tests(closed => 1);
    $wishes->remove($smpp);
    return;
  }
  my $command = $pdu->explain_cmd;
  if ($command eq 'deliver_sm') { $smpp->deliver_sm_resp(seq => $pdu->seq, message_id => '', status => $deliver_status) }
  if ($command eq 'enquire_link') { $smpp->enquire_link_resp(seq => $pdu->seq) }
  if ($command eq 'unbind') { $smpp->unbind_resp(seq => $pdu->seq) }
  my %fields = map { $_ => $pdu->{$_} } grep { !/^\d+$|^(?:cmd|seq|status|data|reserved|known_pdu|param_tab)$/ } keys %$pdu;
  for my $value (values %fields) {
    $value = { hex => unpack 'H*', $value } if defined $value && !ref $value && $value =~ /[^ -~]/;
  }
  tell_tests(pdu => { command => $command, sequence => $pdu->seq, status => name_of($pdu->status), fields => \%fields });
}

# As Net::SMPP calls it, whose table is of 3.4 alone.
sub name_of {
  my ($status) = @_;
  my $known = Net::SMPP::status_code->{$status};
  return $known ? $known->{code} : sprintf '0x%08X', $status;
}
