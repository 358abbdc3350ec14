// What Swift sees of the Objective-C++ below.
#import "../Bridge/ONPSession.h"
